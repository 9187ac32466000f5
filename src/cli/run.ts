import { CommanderError } from 'commander';
import { type ExitCode, exitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { makeProgram } from './program.ts';
import { showError } from './show-error.ts';

/** Runs one command line (without the program's own name) and says how it ended. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const { words, rest } = splitAtDashes(argv);
  let outcome: ExitCode = exitCode.done;
  const end = (code: ExitCode) => {
    outcome = code;
  };
  const program = makeProgram({ io, rest, end });
  try {
    await program.parseAsync(words, { from: 'user' });
    return outcome;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.unusable;
    io.err.write(showError(error, io));
    return exitCode.unusable;
  }
}

/** What follows `--` after `scan` is the container's command, whatever it looks like. */
function splitAtDashes(argv: readonly string[]): { words: string[]; rest: string[] | undefined } {
  const at = argv[0] === 'scan' ? argv.indexOf('--') : -1;
  return at < 0
    ? { words: [...argv], rest: undefined }
    : { words: argv.slice(0, at), rest: argv.slice(at + 1) };
}
