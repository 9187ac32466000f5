import { limits } from '../base/limits.ts';
import { capture } from '../pack/patterns.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** Facts that are compiled into an executable or recorded by a package manager. */

/** Searches the printable text around each occurrence of `near` in a file. */
export function searchExecutable(
  rootfs: Rootfs,
  path: string,
  near: string,
  pattern: string,
): string | undefined {
  const body = rootfs.read(path, limits.executableBytes);
  if (!body || !('bytes' in body)) return undefined;
  const bytes = Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength);
  let from = 0;
  for (let tries = 0; tries < 50; tries++) {
    const at = bytes.indexOf(near, from, 'latin1');
    if (at < 0) return undefined;
    const found = capture(pattern, printableAround(bytes, at));
    if (found !== undefined) return found;
    from = at + near.length;
  }
  return undefined;
}

/** Bytes of the smallest ELF header. */
const elfHeader = 52;

/** Whether a file can be read and lacks the text; undefined when it can't be read or is too small to be a program. */
export function holds(rootfs: Rootfs, path: string, text: string): boolean | undefined {
  const body = rootfs.read(path, limits.executableBytes);
  if (!body || !('bytes' in body) || body.bytes[0] !== 0x7f || body.bytes.length < elfHeader)
    return undefined;
  return Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength).includes(
    text,
    0,
    'latin1',
  );
}

const reach = 8_192;

function printableAround(bytes: Buffer, at: number): string {
  let start = at;
  let end = at;
  while (start > 0 && at - start < reach && isPrintable(bytes[start - 1] as number)) start--;
  while (end < bytes.length && end - at < reach && isPrintable(bytes[end] as number)) end++;
  return bytes.toString('latin1', start, end);
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09;
}

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
    const record = `\n${text}`.slice(from, from + reach).split('\n\n')[0] ?? '';
    const at = record.indexOf(field);
    if (at >= 0) return { version: record.slice(at + field.length).split('\n')[0] ?? '', path };
  }
  return undefined;
}
