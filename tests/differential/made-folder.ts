import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A folder that takes long to make, and is kept for later runs. */
export interface MadeFolder {
  dir: string;
  /** Whatever it is made from: with another recipe it is made anew. */
  recipe: unknown;
  /** Fills an empty folder. */
  make(work: string): Promise<void>;
}

/** Whether the folder stands, whole and made by this recipe. */
export function isMade({ dir, recipe }: Pick<MadeFolder, 'dir' | 'recipe'>): boolean {
  const stamp = stampOf(dir);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === JSON.stringify(recipe);
}

/** Makes the folder, whoever else may want it at the same time: once, and it has its name only when it is whole. */
export async function makeFolder(folder: MadeFolder): Promise<void> {
  if (isMade(folder)) return;
  mkdirSync(dirname(folder.dir), { recursive: true });
  await holding(`${folder.dir}.lock`, async () => {
    if (!isMade(folder)) await make(folder);
  });
}

async function make({ dir, recipe, make: fill }: MadeFolder): Promise<void> {
  const prefix = `${basename(dir)}.new-`;
  const left = readdirSync(dirname(dir)).filter((name) => name.startsWith(prefix));
  for (const name of left) rmSync(join(dirname(dir), name), { recursive: true, force: true });
  const work = `${dir}.new-${process.pid}`;
  mkdirSync(work);
  try {
    await fill(work);
    rmSync(stampOf(dir), { force: true });
    rmSync(dir, { recursive: true, force: true });
    renameSync(work, dir);
    writeFileSync(stampOf(dir), JSON.stringify(recipe));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Runs an action while no other process holds the lock. The kernel gives it back, however this process ends. */
async function holding(lock: string, action: () => Promise<void>): Promise<void> {
  const holder = spawn('flock', [lock, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'close');
  try {
    await Promise.race([
      once(holder.stdout, 'data'),
      ended.then(() => Promise.reject(new Error(`no lock on ${lock}`))),
    ]);
    await action();
  } finally {
    holder.stdin.end();
    await ended;
  }
}

function stampOf(dir: string): string {
  return `${dir}.stamp`;
}
