import { diffProfiles, isSame, type ProfileDiff } from '../../report/diff.ts';
import { diffMarkdown } from '../../report/markdown.ts';
import { scan } from '../../scan/scan.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { openOutput } from '../output.ts';
import { ProgressLine } from '../progress.ts';
import { readProfile } from '../read-profile.ts';
import { type ReadingFlags, readingOptions } from '../reading-options.ts';
import { diffText } from '../table/diff-text.ts';
import { type ColorChoice, paintFor } from '../text/paint.ts';
import { printableJson } from '../text/printable.ts';
import type { Page } from '../text/styled.ts';

/** The options of `berthwatch diff`, as commander gives them. */
export interface DiffFlags extends ReadingFlags {
  format: 'text' | 'json' | 'markdown';
  output?: string;
  exitCode?: boolean;
  color: ColorChoice;
}

/** Shows what changed from one image, or profile in a file, to another. */
export async function diffCommand(
  before: string,
  after: string,
  args: readonly string[] | undefined,
  flags: DiffFlags,
  io: Io,
): Promise<ExitCode> {
  const sink = openOutput(flags.output, io.out);
  const progress = new ProgressLine(io.err, flags.quiet === true);
  const options = await readingOptions(args, flags, io, progress);
  const profileOf = async (source: string) => {
    const stored = readProfile(source);
    const { profile } = stored === undefined ? await scan(source, options) : { profile: stored };
    progress.clear();
    return profile;
  };
  const diff = diffProfiles(await profileOf(before), await profileOf(after));
  sink.write(shown(diff, flags.format, { width: sink.columns, paint: paintFor(flags.color, sink, io.env) }));
  sink.close();
  return flags.exitCode && !isSame(diff) ? exitCode.failed : exitCode.done;
}

function shown(diff: ProfileDiff, format: DiffFlags['format'], page: Page): string {
  if (format === 'json') return `${printableJson(JSON.stringify(diff, null, 2))}\n`;
  return format === 'markdown' ? diffMarkdown(diff) : diffText(diff, page);
}
