import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readStartTime } from '../../sensor/proc/process.ts';
import { codeOf } from '../problem.ts';

/** A spool that another living process writes to. */
export class SpoolLockedError extends Error {
  constructor(dir: string, pid: number) {
    super(`process ${pid} writes to the spool ${dir} already`);
    this.name = 'SpoolLockedError';
  }
}

interface Owner {
  pid: number;
  /** A pid comes again; with its start time it names one process. 0 where the system does not tell. */
  startTime: number;
  /** After a restart of the machine both may come again. */
  boot: string;
}

interface Lock {
  number: number;
  path: string;
  /** Undefined for one that can't be read, which nobody writes half: it is gone, or damaged. */
  owner: Owner | undefined;
}

/**
 * One writer at a time. Locks are numbered, and a stale one is overtaken by the next number, never replaced: so nobody
 * can remove another's lock for a stale one that it has read before. Resolves to what gives the lock back; throws
 * SpoolLockedError.
 */
export async function lockSpool(dir: string): Promise<() => Promise<void>> {
  const draft = join(dir, `draft.${randomUUID()}`);
  await writeFile(draft, JSON.stringify(await self()), { mode: 0o600 });
  try {
    for (;;) {
      const path = join(dir, `lock.${await nextNumber(dir)}`);
      if (!(await tryLink(draft, path))) continue;
      await overtake(dir, path);
      return () => unlink(path).catch(() => {});
    }
  } finally {
    await unlink(draft).catch(() => {});
  }
}

async function nextNumber(dir: string): Promise<number> {
  const locks = await readLocks(dir);
  await refuseLiving(dir, locks);
  return 1 + Math.max(0, ...locks.map(({ number }) => number));
}

/** Who linked at the same time, with another number, is seen now, and yielded to. */
async function overtake(dir: string, path: string): Promise<void> {
  const others = (await readLocks(dir)).filter((lock) => lock.path !== path);
  try {
    await refuseLiving(dir, others);
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  }
  await Promise.all(others.map((other) => unlink(other.path).catch(() => {})));
}

async function refuseLiving(dir: string, locks: readonly Lock[]): Promise<void> {
  for (const { owner } of locks) {
    if (owner && (await isAlive(owner))) throw new SpoolLockedError(dir, owner.pid);
  }
}

async function readLocks(dir: string): Promise<Lock[]> {
  const names = (await readdir(dir)).filter((name) => /^lock\.\d{1,15}$/.test(name));
  return Promise.all(
    names.map(async (name) => {
      const path = join(dir, name);
      return { number: Number(name.slice(5)), path, owner: parse((await read(path)) ?? '') };
    }),
  );
}

/** A link is made whole or not at all, so that nobody reads half a lock. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  const me = await self();
  if (owner.boot !== me.boot) return false;
  if (owner.startTime !== 0) return readStartTime(owner.pid) === owner.startTime;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function self(): Promise<Owner> {
  const boot = (await read('/proc/sys/kernel/random/boot_id')) ?? '';
  return { pid: process.pid, startTime: readStartTime(process.pid) ?? 0, boot: boot.trim() };
}

function parse(text: string): Owner | undefined {
  try {
    const { pid, startTime, boot } = JSON.parse(text);
    return Number.isInteger(pid) && pid > 0 ? { pid, startTime, boot } : undefined;
  } catch {
    return undefined;
  }
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
