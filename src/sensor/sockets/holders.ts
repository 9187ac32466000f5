import { listPids, listProc, procDir, readProcLink } from '../proc/read.ts';

/** Descriptors of one process that are looked at. */
const mostDescriptors = 200_000;

/** The sockets, by inode, that a process has descriptors of; empty when it is gone or may not be looked at. */
export function socketsOf(pid: number): Set<number> {
  const inodes = new Set<number>();
  for (const name of descriptorsOf(pid)) {
    const inode = socketOf(pid, name);
    if (inode !== undefined) inodes.add(inode);
  }
  return inodes;
}

/** Which of some sockets, at least one of which it has probably just opened, a process has descriptors of. */
export function freshSocketsOf(pid: number, wanted: ReadonlySet<number>): Set<number> {
  const inodes = new Set<number>();
  // What was opened last has the highest number, unless another was closed before.
  for (const name of descriptorsOf(pid).reverse()) {
    const inode = socketOf(pid, name);
    if (inode !== undefined && wanted.has(inode) && inodes.add(inode).size === wanted.size) break;
  }
  return inodes;
}

function descriptorsOf(pid: number): string[] {
  return listProc(`${procDir}/${pid}/fd`).slice(0, mostDescriptors);
}

/** The inode of the socket that a descriptor is of. */
function socketOf(pid: number, descriptor: string): number | undefined {
  const link = readProcLink(`${procDir}/${pid}/fd/${descriptor}`);
  return link?.startsWith('socket:[') ? Number(link.slice('socket:['.length, -1)) : undefined;
}

/** Which of `pids` (all processes when left out) hold which of the sockets. */
export function findHolders(
  wanted: ReadonlySet<number>,
  pids: readonly number[] = listPids(),
): Map<number, number[]> {
  const holders = new Map<number, number[]>();
  if (wanted.size === 0) return holders;
  for (const pid of pids) {
    for (const inode of socketsOf(pid)) {
      if (!wanted.has(inode)) continue;
      const known = holders.get(inode);
      if (known === undefined) holders.set(inode, [pid]);
      else known.push(pid);
    }
  }
  return holders;
}
