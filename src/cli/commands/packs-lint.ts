import { lintPack, type PackReport } from '../../engine/lint/lint.ts';
import { packFolders } from '../../pack/load.ts';
import { shippedFolder } from '../../pack/packs.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { relativeFolder } from '../relative-folder.ts';
import { type Paint, paintFor } from '../text/paint.ts';
import { printable } from '../text/printable.ts';

/** Checks packs; fails when something is wrong with one. */
export async function lintPacks(
  folder: string | undefined,
  { json }: { json?: boolean },
  io: Io,
): Promise<ExitCode> {
  const reports = await Promise.all(packFolders(folder ?? relativeFolder(shippedFolder())).map(lintPack));
  const isWrong = reports.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));
  if (json) io.out.write(`${JSON.stringify(reports, null, 2)}\n`);
  else io.out.write(reports.map((report) => show(report, paintFor('auto', io.out, io.env))).join(''));
  return isWrong ? exitCode.failed : exitCode.done;
}

function show({ folder, app, problems }: PackReport, paint: Paint): string {
  const name = printable(app ?? folder);
  if (problems.length === 0) return `${name}: ${paint('good', 'good')}\n`;
  return problems
    .map(({ place, severity, message }) => {
      const word = paint(severity, severity === 'error' ? 'bad' : 'warn');
      return `${printable(place)}: ${word}: ${printable(message)}\n`;
    })
    .join('');
}
