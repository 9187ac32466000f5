import { statSync } from 'node:fs';
import { procDir, readProcLink, readProcText } from './read.ts';
import { parseStat } from './stat.ts';

/** What /proc shows of one process now. */
export interface ProcessFacts {
  pid: number;
  startTime: number;
  parent: number;
  /** In its own root, without ` (deleted)`; empty for a kernel thread or where it may not be read. */
  exe: string;
  /** The same as the kernel writes it: in the root of its mounts, or of this process, whatever its own root is. */
  link: string;
  device: number;
  inode: number;
  /** Its file has no name any more, or never had one. */
  isUnlinked: boolean;
  argv: string[];
  uid: number;
  cwd: string;
  /** The text of /proc/PID/cgroup. */
  cgroup: string;
}

/** Undefined when it is gone. What may not be read is empty or 0. */
export function readProcess(pid: number): ProcessFacts | undefined {
  const dir = `${procDir}/${pid}`;
  const stat = parseStat(readProcText(`${dir}/stat`, 4096) ?? '');
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  const root = readProcLink(`${dir}/root`) ?? '/';
  const link = readProcLink(`${dir}/exe`) ?? '';
  const file = statOf(`${dir}/exe`);
  const facts: ProcessFacts = {
    pid,
    startTime: stat.startTime,
    parent: stat.parent,
    exe: inRoot(exeOf(link), root),
    link: exeOf(link),
    device: file?.dev ?? 0,
    inode: file?.ino ?? 0,
    isUnlinked: file !== undefined && file.nlink === 0,
    argv: readArgv(pid),
    uid: readUid(pid),
    cwd: inRoot(readProcLink(`${dir}/cwd`) ?? '/', root),
    cgroup: readProcText(`${dir}/cgroup`) ?? '',
  };
  // A number that was given to another process meanwhile would mix two of them.
  return readStartTime(pid) === facts.startTime ? facts : undefined;
}

/** As `readProcess`, what is needed of a process because another descends from it. */
export function readAncestor(pid: number): Pick<ProcessFacts, 'pid' | 'parent' | 'exe'> | undefined {
  const dir = `${procDir}/${pid}`;
  const stat = parseStat(readProcText(`${dir}/stat`, 4096) ?? '');
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  const exe = exeOf(readProcLink(`${dir}/exe`) ?? '');
  return { pid, parent: stat.parent, exe: inRoot(exe, readProcLink(`${dir}/root`) ?? '/') };
}

/** With the pid it names one process for ever; undefined when it is gone. */
export function readStartTime(pid: number): number | undefined {
  return parseStat(readProcText(`${procDir}/${pid}/stat`, 4096) ?? '')?.startTime;
}

/** The arguments as the process shows them now, at most 64 KiB; it may have rewritten them. */
export function readArgv(pid: number): string[] {
  return splitZeros(readProcText(`${procDir}/${pid}/cmdline`) ?? '');
}

/** The environment that the process was given, at most 256 KiB; later entries win. It may have rewritten it. */
export function readEnvironment(pid: number): Record<string, string> {
  const entries = splitZeros(readProcText(`${procDir}/${pid}/environ`, 256 * 1024) ?? '');
  const pairs = entries.flatMap((entry): [string, string][] => {
    const equals = entry.indexOf('=');
    return equals <= 0 ? [] : [[entry.slice(0, equals), entry.slice(equals + 1)]];
  });
  return Object.fromEntries(pairs);
}

/** The thread group (process) that a thread belongs to; undefined when it is gone. */
export function readThreadGroup(tid: number): number | undefined {
  const group = /^Tgid:\t(\d+)$/m.exec(readProcText(`${procDir}/${tid}/status`, 4096) ?? '')?.[1];
  return group === undefined ? undefined : Number(group);
}

/** The text of /proc/PID/cgroup; undefined when the process is gone. */
export function readCgroup(pid: number): string | undefined {
  return readProcText(`${procDir}/${pid}/cgroup`) || undefined;
}

/** Whether its root is the one of this process, and not a container's. */
export function hasHostRoot(pid: number): boolean {
  const [theirs, ours] = [statOf(`${procDir}/${pid}/root/`), statOf('/')];
  return theirs !== undefined && theirs.dev === ours?.dev && theirs.ino === ours.ino;
}

/** The effective user. */
function readUid(pid: number): number {
  const status = readProcText(`${procDir}/${pid}/status`, 4096) ?? '';
  return Number(/^Uid:\t\d+\t(\d+)/m.exec(status)?.[1] ?? -1);
}

/** `(deleted)` is also what a file may be called; whether it is gone, its link count says. */
function exeOf(link: string): string {
  const path = link.endsWith(' (deleted)') ? link.slice(0, -' (deleted)'.length) : link;
  return path.startsWith('/memfd:') ? path.slice(1) : path;
}

/** The kernel writes a path as the reader sees it, or, where the reader can't reach it, as its own mounts have it. */
export function inRoot(path: string, root: string): string {
  if (root === '/' || !`${path}/`.startsWith(`${root}/`)) return path;
  return path.slice(root.length) || '/';
}

function splitZeros(text: string): string[] {
  if (text === '') return [];
  const parts = text.split('\0');
  if (parts.at(-1) === '') parts.pop();
  return parts;
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
