import { listPids, listProc, procDir, readProcLink } from '../proc/read.ts';

/** Descriptors of one process that are looked at. */
const mostDescriptors = 200_000;

/** The sockets, by inode, that a process has descriptors of; empty when it is gone or may not be looked at. */
export function socketsOf(pid: number): Set<number> {
  const inodes = new Set<number>();
  for (const name of listProc(`${procDir}/${pid}/fd`).slice(0, mostDescriptors)) {
    const inode = /^socket:\[(\d+)\]$/.exec(readProcLink(`${procDir}/${pid}/fd/${name}`) ?? '')?.[1];
    if (inode !== undefined) inodes.add(Number(inode));
  }
  return inodes;
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
