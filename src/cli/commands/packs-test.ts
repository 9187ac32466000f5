import type { CaseOutcome } from '../../engine/cases.ts';
import { testPack, type UnreachedStatement } from '../../engine/test-pack.ts';
import { loadFolder, packFolders } from '../../pack/load.ts';
import { allPacks, shippedFolder } from '../../pack/packs.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { relativeFolder } from '../relative-folder.ts';
import { type Paint, paintFor } from '../text/paint.ts';
import { printable } from '../text/printable.ts';

interface Tested {
  folder: string;
  cases: number;
  failed: CaseOutcome[];
  /** Only where it was asked for. */
  unreached?: UnreachedStatement[];
}

interface Flags {
  json?: boolean;
  unreached?: boolean;
}

/** Runs packs' cases; fails when one does. */
export async function testPacks(folder: string | undefined, flags: Flags, io: Io): Promise<ExitCode> {
  const from = folder ?? relativeFolder(shippedFolder());
  const packs = folder === undefined ? await loadFolder(from) : await allPacks([folder]);
  const tested: Tested[] = [];
  for (const each of packFolders(from)) {
    const { outcomes, unreached } = await testPack(each, packs);
    const failed = outcomes.filter(({ differences }) => differences.length > 0);
    tested.push({ folder: each, cases: outcomes.length, failed, ...(flags.unreached && { unreached }) });
  }
  const paint = paintFor('auto', io.out, io.env);
  if (flags.json) io.out.write(`${JSON.stringify(tested, null, 2)}\n`);
  else io.out.write(tested.map((each) => show(each, paint)).join(''));
  const isGood = tested.every(({ failed, cases }) => failed.length === 0 && cases > 0);
  return isGood ? exitCode.done : exitCode.failed;
}

function show({ folder, cases, failed, unreached = [] }: Tested, paint: Paint): string {
  const lines = failed.flatMap(({ place, name, differences }) => [
    `${printable(place)}: ${paint('failed', 'bad')}: ${printable(name)}`,
    ...differences.map((difference) => `    ${printable(difference)}`),
  ]);
  const missed = unreached.map(
    ({ place, statement }) =>
      `${printable(place)}: ${paint('no case reaches', 'warn')} ${printable(statement)}`,
  );
  const summary = `${cases - failed.length} of ${cases} cases pass`;
  const word = failed.length > 0 || cases === 0 ? paint(summary, 'bad') : paint(summary, 'good');
  return `${[...lines, ...missed, `${printable(folder)}: ${word}`].join('\n')}\n`;
}
