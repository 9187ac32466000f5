import { systemIo } from './io.ts';
import { run } from './run.ts';

/** Settled when all is done: the build waits for it. */
export const done = run(process.argv.slice(2), systemIo()).then((code) => {
  process.exitCode = code;
});
