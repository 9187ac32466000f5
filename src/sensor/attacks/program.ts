import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A socket that was opened in one of the ways of `open.c`. */
export interface Opened {
  port: number;
  /** The process that holds it in the end. */
  pid: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'berthwatch-open-'));
const program = join(scratch, 'open');
const started: ChildProcess[] = [];

/** False where there is no compiler, or none for Linux's own headers. */
export function compile(): boolean {
  const source = join(import.meta.dirname, 'open.c');
  return process.platform === 'linux' && spawnSync('cc', ['-o', program, source, '-lpthread']).status === 0;
}

/** Undefined where this kernel has no such way. */
export async function open(...way: string[]): Promise<Opened | undefined> {
  const child = spawn(program, way, { stdio: ['pipe', 'pipe', 'ignore'] });
  started.push(child);
  const lines = createInterface(child.stdout);
  // It may end itself and leave a child that holds the socket: that keeps the output open.
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  if (typeof line !== 'string') return undefined;
  const [port = 0, pid = 0] = line.split(' ').map(Number);
  return { port, pid };
}

/** Ends them all. */
export async function closeAll(): Promise<void> {
  await Promise.all(
    started.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin?.end();
      await once(child, 'exit');
    }),
  );
}

export function removeProgram(): void {
  rmSync(scratch, { recursive: true, force: true });
}
