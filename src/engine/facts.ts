import { Programs } from '../pack/programs.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** Facts that are compiled into an executable or recorded by a package manager. */

/** Bytes of the smallest ELF header. */
const elfHeader = 52;

/** Whether a program has the text; undefined when it can't be read or is too small to be a program. */
export function holds(rootfs: Rootfs, path: string, text: string): boolean | undefined {
  const programs = new Programs(rootfs);
  return (programs.size(path) ?? 0) < elfHeader ? undefined : programs.contains(path, text);
}

/** Characters of one package in a package manager's database, at most. */
const longestRecord = 8_192;

const databaseBytes = 16 * 1024 * 1024;

/** The version of an installed package by dpkg's or apk's database, with the file that says so. */
export function packageVersion(rootfs: Rootfs, name: string): { version: string; path: string } | undefined {
  const dpkg = '/var/lib/dpkg/status';
  const apk = '/lib/apk/db/installed';
  const places = [
    { path: dpkg, start: `\nPackage: ${name}\n`, field: '\nVersion: ' },
    { path: `/var/lib/dpkg/status.d/${name}`, start: `\nPackage: ${name}\n`, field: '\nVersion: ' },
    { path: apk, start: `\nP:${name}\n`, field: '\nV:' },
  ];
  for (const { path, start, field } of places) {
    const text = rootfs.readText(path, databaseBytes);
    const from = text === undefined ? -1 : `\n${text}`.indexOf(start);
    if (text === undefined || from < 0) continue;
    const record = `\n${text}`.slice(from, from + longestRecord).split('\n\n')[0] ?? '';
    const at = record.indexOf(field);
    if (at >= 0) return { version: record.slice(at + field.length).split('\n')[0] ?? '', path };
  }
  return undefined;
}
