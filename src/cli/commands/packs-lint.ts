import type { ExitCode } from '../exit-code.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';

export async function lintPacks(
  _folder: string | undefined,
  _flags: { json?: boolean },
  _io: Io,
): Promise<ExitCode> {
  return exitCode.done;
}
