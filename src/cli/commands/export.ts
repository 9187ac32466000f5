import { stringify } from 'yaml';
import type { Profile } from '../../model/profile.ts';
import { compose } from '../../report/compose.ts';
import { cyclonedx } from '../../report/cyclonedx.ts';
import { defaultName, type Export, type ExportOptions } from '../../report/export.ts';
import { networkPolicy } from '../../report/network-policy.ts';
import { scan } from '../../scan/scan.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { openOutput } from '../output.ts';
import { ProgressLine } from '../progress.ts';
import { readProfile } from '../read-profile.ts';
import { type ReadingFlags, readingOptions } from '../reading-options.ts';
import { printable, printableJson } from '../text/printable.ts';
import { version } from '../version.ts';

/** The options of `berthwatch export`, as commander gives them. */
export interface ExportFlags extends ReadingFlags {
  as: 'network-policy' | 'compose' | 'cyclonedx';
  name?: string;
  namespace?: string;
  output?: string;
}

type Exporter = (profile: Profile, options: ExportOptions) => Export;

const exporters: Readonly<Record<ExportFlags['as'], { make: Exporter; form: 'yaml' | 'json' }>> = {
  'network-policy': { make: networkPolicy, form: 'yaml' },
  compose: { make: compose, form: 'yaml' },
  cyclonedx: { make: cyclonedx, form: 'json' },
};

/** Texts that YAML 1.1 would take for numbers are quoted: `22:22`. */
const yamlForm = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;

/** Writes what an image listens on and connects to in another tool's form. */
export async function exportCommand(
  source: string,
  args: readonly string[] | undefined,
  flags: ExportFlags,
  io: Io,
): Promise<ExitCode> {
  const sink = openOutput(flags.output, io.out);
  const progress = new ProgressLine(io.err, flags.quiet === true);
  const options = await readingOptions(args, flags, io, progress);
  const profile = readProfile(source) ?? (await scan(source, options)).profile;
  progress.clear();
  const name = flags.name ?? defaultName(profile.source.reference);
  const { make, form } = exporters[flags.as];
  const { value, comments } = make(profile, { name, namespace: flags.namespace, version });
  const lines = comments.map((comment) => `# ${printable(comment)}\n`).join('');
  if (form === 'yaml') {
    sink.write(lines + stringify(value, yamlForm));
  } else {
    sink.write(`${printableJson(JSON.stringify(value, null, 2))}\n`);
    io.err.write(lines);
  }
  sink.close();
  return exitCode.done;
}
