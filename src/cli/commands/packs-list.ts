import type { ExitCode } from '../exit-code.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';

export async function listPacks(_flags: { packs?: string[]; json?: boolean }, _io: Io): Promise<ExitCode> {
  return exitCode.done;
}
