import { closeSync, constants, existsSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

/** Where the kernel shows processes. */
export const procDir = '/proc';

/** Bytes of one file of /proc that are read, where its reader names no other bound. */
const usualLimit = 64 * 1024;

/**
 * The start of a file of /proc; undefined when it, or its process, is gone or may not be read. Such files say nothing of
 * their size and a container chooses what stands in some of them.
 */
export function readProc(path: string, limit = usualLimit): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    return readAll(fd, limit);
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** One buffer serves all small reads: they are synchronous. */
const shared = Buffer.allocUnsafeSlow(usualLimit);

function readAll(fd: number, limit: number): Buffer {
  const buffer = limit <= shared.length ? shared : Buffer.allocUnsafe(limit);
  let length = 0;
  while (length < limit) {
    const count = readSync(fd, buffer, length, limit - length, null);
    if (count === 0) break;
    length += count;
  }
  return buffer === shared ? Buffer.from(buffer.subarray(0, length)) : buffer.subarray(0, length);
}

/** As `readProc`, as text; each byte that is not UTF-8 becomes U+FFFD. */
export function readProcText(path: string, limit?: number): string | undefined {
  return readProc(path, limit)?.toString('utf8');
}

/** Where a link of /proc leads, as its text; undefined when it is gone or may not be read. */
export function readProcLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Names in a folder of /proc; empty when it is gone or may not be read. */
export function listProc(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The inode of a namespace link (`net:[4026531840]`); undefined when it can't be read. */
export function readNamespace(pid: number, kind: 'net' | 'mnt'): number | undefined {
  const found = readNamespaceLink(pid, kind);
  return typeof found === 'number' ? found : undefined;
}

/** As `readNamespace`, and why there is none: the process is gone, or does not let this user look. */
export function readNamespaceLink(pid: number, kind: 'net' | 'mnt'): number | 'gone' | 'denied' {
  try {
    const link = readlinkSync(`${procDir}/${pid}/ns/${kind}`);
    return Number(link.slice(kind.length + 2, -1)) || 'gone';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'gone';
  }
}

/** Whether there is a process, or a thread, of this number now. */
export function isThere(pid: number): boolean {
  return existsSync(`${procDir}/${pid}`);
}

/** The ids of all processes that /proc shows. */
export function listPids(): number[] {
  return listProc(procDir)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
