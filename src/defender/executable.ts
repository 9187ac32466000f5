import { existsSync, statfsSync, statSync } from 'node:fs';
import type { Origin } from '../model/observation.ts';
import type { Declaration } from '../model/workload.ts';
import { RootView } from '../sensor/proc/origin.ts';
import { inRoot, type ProcessFacts } from '../sensor/proc/process.ts';
import { procDir, readProcLink } from '../sensor/proc/read.ts';

/** Which file a process runs. */
export interface Executable {
  /** In the root of its container, or of the host; in its own where it is in none of these. */
  exe: string;
  origin: Origin;
  /** A process in whose root that path is. */
  root: number;
}

/** The file that a process runs, as its container has it: a process may have another root, made to look alike. */
export function executableOf(facts: ProcessFacts, declaration: Declaration): Executable {
  if (declaration.workload.runtime === 'host') return onHost(facts);
  const { pid, isUnlinked } = facts;
  const first = declaration.pid;
  const root = first === 0 ? undefined : readProcLink(`${procDir}/${first}/root`);
  if (root === undefined)
    return { exe: facts.exe, root: pid, origin: new RootView(pid).originOf(fileOf(facts)) };
  const exe = inRoot(facts.link, root);
  if (isUnlinked || exe.startsWith('memfd:')) return { exe, root: first, origin: 'memory' };
  if (holds(first, exe, facts)) {
    const origin = new RootView(first).originOf({ ...fileOf(facts), path: exe });
    return { exe, root: first, origin: isForeign(origin, exe, declaration) ? 'writable-layer' : origin };
  }
  if (holds(pid, facts.exe, facts)) return { exe: facts.exe, root: pid, origin: 'writable-layer' };
  // Another file is in its place by now.
  return { exe, root: first, origin: 'memory' };
}

/** Mounted over the files of the container by somebody inside: nobody asked for it when it was made. */
function isForeign(origin: Origin, exe: string, { start, mounts }: Declaration): boolean {
  if (origin !== 'mount' || start === undefined) return false;
  return !mounts.some(({ target }) => exe === target || exe.startsWith(`${target.replace(/\/$/, '')}/`));
}

/** All file systems of a host are its own, but for those that are gone when it is started anew. */
function onHost(facts: ProcessFacts): Executable {
  const { pid, exe, isUnlinked } = facts;
  // The root of the host's first process is the host's; where it may not be looked at, this one's own.
  const root = [pid, 1, process.pid].find((each) => holds(each, exe, facts)) ?? pid;
  // An upgrade leaves what runs without its file until it is started anew.
  if (isUnlinked && isReplaced(pid, exe)) return { exe, root, origin: 'image' };
  const origin = new RootView(root).originOf(fileOf(facts));
  return {
    exe,
    root,
    origin: origin === 'mount' && !isInMemory(`${procDir}/${root}/root${exe}`) ? 'image' : origin,
  };
}

function fileOf({ exe, device, isUnlinked }: ProcessFacts) {
  return { path: exe, device, isUnlinked };
}

/** Whether a process has this very file in its root. */
function holds(pid: number, path: string, { device, inode }: ProcessFacts): boolean {
  try {
    const file = statSync(`${procDir}/${pid}/root${path}`, { throwIfNoEntry: false });
    return file?.dev === device && file.ino === inode;
  } catch {
    return false;
  }
}

function isReplaced(pid: number, exe: string): boolean {
  const path = `${procDir}/${pid}/root${exe}`;
  return exe.startsWith('/') && existsSync(path) && !isInMemory(path);
}

/** `TMPFS_MAGIC` and `RAMFS_MAGIC` of statfs(2). */
const memoryTypes = [0x01021994, 0x858458f6];

function isInMemory(path: string): boolean {
  try {
    return memoryTypes.includes(statfsSync(path).type);
  } catch {
    return true;
  }
}
