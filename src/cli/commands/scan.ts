import { BerthwatchError } from '../../base/errors.ts';
import type { Profile } from '../../model/profile.ts';
import { type ScanResult, scan } from '../../scan/scan.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { mentionOf, parseTarget, type Target } from '../explain/target.ts';
import { parseFailOn } from '../fail-on.ts';
import type { Io } from '../io.ts';
import { openOutput, type Sink } from '../output.ts';
import { ProgressLine } from '../progress.ts';
import { type ReadingFlags, readingOptions } from '../reading-options.ts';
import { showError } from '../show-error.ts';
import { scanTable } from '../table/scan-table.ts';
import { type ColorChoice, paintFor } from '../text/paint.ts';
import { machineText } from './scan-results.ts';

/** The options of `berthwatch scan`, as commander gives them. */
export interface ScanFlags extends ReadingFlags {
  format: 'table' | 'json' | 'sarif';
  output?: string;
  explain?: string;
  failOn?: string[];
  color: ColorChoice;
}

/** Scans each source; one that fails is reported and does not lose the others. */
export async function scanCommand(
  sources: readonly string[],
  args: readonly string[] | undefined,
  flags: ScanFlags,
  io: Io,
): Promise<ExitCode> {
  const target = targetOf(flags);
  const isFailure = parseFailOn(flags.failOn ?? []);
  const sink = openOutput(flags.output, io.out);
  const progress = new ProgressLine(io.err, flags.quiet === true);
  const options = {
    ...(await readingOptions(args, flags, io, progress)),
    mention: target && mentionOf(target),
  };
  const show = await presenter(flags, target, sink, io);
  const profiles: Profile[] = [];
  let code: ExitCode = exitCode.done;
  for (const [index, source] of sources.entries()) {
    try {
      const result = await scan(source, options);
      progress.clear();
      profiles.push(result.profile);
      if (index > 0 && flags.format === 'table') sink.write('\n\n');
      show?.(result);
    } catch (error) {
      progress.clear();
      io.err.write(showError(error, io));
      code = exitCode.unusable;
    }
  }
  if (flags.format !== 'table' && profiles.length > 0)
    sink.write(await machineText(flags.format, profiles, sources.length));
  if (profiles.length > 0) sink.close();
  if (code === exitCode.unusable) return code;
  return profiles.some(({ findings }) => findings.some(isFailure)) ? exitCode.failed : exitCode.done;
}

function targetOf({ explain, format }: ScanFlags): Target | undefined {
  if (explain === undefined) return undefined;
  if (format !== 'table') {
    throw new BerthwatchError(
      'USAGE',
      `--explain tells a story for people: it has no ${format.toUpperCase()} form`,
      {
        next: `leave one of --explain and --format ${format} away`,
      },
    );
  }
  return parseTarget(explain);
}

/** What shows one result as text; undefined for what is written at the end for machines. */
async function presenter(
  flags: ScanFlags,
  target: Target | undefined,
  sink: Sink,
  io: Io,
): Promise<((result: ScanResult) => void) | undefined> {
  if (flags.format !== 'table') return undefined;
  const page = { width: sink.columns, paint: paintFor(flags.color, sink, io.env) };
  if (target !== undefined) {
    const { explain } = await import('../explain/explain.ts');
    return (result) => sink.write(explain(result, target, page));
  }
  return (result) => sink.write(scanTable(result, page));
}
