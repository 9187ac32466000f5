import { join } from 'node:path';
import { start, wait } from './processes.js';

/** The program as an operator starts it; resolves when it watches. */
export async function startWatch({ program, scratch }, flags = []) {
  const child = start(process.execPath, [
    program,
    'watch',
    '--format',
    'json',
    '--spool',
    join(scratch, 'spool'),
    ...flags,
  ]);
  child.audits = [];
  child.lines.on('line', (line) => child.audits.push(line));
  while (!child.errors.some((line) => line.startsWith('watching'))) {
    if (child.exitCode !== null) throw new Error(`watch ended: ${child.errors.join('\n')}`);
    await wait(100);
  }
  return child;
}

/** The child that evaluates ends when it was not needed for this long. */
export const evaluatorRest = 17_000;
