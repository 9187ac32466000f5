import { closeSync, fstatSync, lstatSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { FolderHandles } from './folder-handles.ts';
import { openRegular } from './open-regular.ts';
import { byteOrder } from './rootfs.ts';
import type { Body, FileEntry, FileTree, FileType } from './tree.ts';

/** One file of the host for as long as it exists. */
export interface FileIdentity {
  device: number;
  inode: number;
  /** When its content, name, owner or rights last changed, milliseconds since 1970. */
  changed: number;
}

/** Entries and listings that are remembered. */
const remembered = 200_000;

/**
 * A folder on disk, for instance an unpacked image. Links in it are shown, never followed, and neither is one
 * that appears while it is read. Devices, sockets and pipes are never opened.
 */
export class FolderTree implements FileTree {
  readonly #handles: FolderHandles;
  readonly #entries = new Map<string, FileEntry | undefined>();
  readonly #names = new Map<string, readonly string[]>();

  /** Throws what the system says when the folder can't be opened. */
  constructor(root: string) {
    this.#handles = new FolderHandles(root);
  }

  entry(path: string): FileEntry | undefined {
    if (this.#entries.has(path)) return this.#entries.get(path);
    const place = this.#place(path);
    const entry = place === undefined ? undefined : attempt(() => look(place));
    if (this.#entries.size >= remembered) this.#entries.clear();
    this.#entries.set(path, entry);
    return entry;
  }

  names(path: string): readonly string[] {
    const known = this.#names.get(path);
    if (known) return known;
    const place = this.#handles.folder(path);
    const names = (place && attempt(() => readdirSync(place))) || [];
    if (this.#names.size >= remembered) this.#names.clear();
    this.#names.set(path, names.sort(byteOrder));
    return names;
  }

  body(path: string, limit: number): Body {
    if (this.entry(path)?.type !== 'file') return { missing: 'unreadable', reason: 'not a regular file' };
    const place = this.#place(path);
    try {
      if (place !== undefined) return readBody(place, limit);
      return { missing: 'unreadable', reason: 'its folder is gone' };
    } catch (error) {
      return { missing: 'unreadable', reason: reasonOf(error as NodeJS.ErrnoException) };
    }
  }

  /** Which file it is and when it was last changed; undefined when there is none. Links are not followed. */
  identity(path: string): FileIdentity | undefined {
    const place = this.#place(path);
    const stat = place === undefined ? undefined : attempt(() => lstatSync(place));
    return stat && { device: stat.dev, inode: stat.ino, changed: stat.ctimeMs };
  }

  /** A descriptor of a regular file, for the caller to close; undefined when there is none. */
  open(path: string): number | undefined {
    const place = this.#place(path);
    return place === undefined ? undefined : attempt(() => openRegular(place));
  }

  close(): void {
    this.#handles.close();
  }

  /** Where the system finds it; undefined when its folder is none. */
  #place(path: string): string | undefined {
    const folder = this.#handles.folder(posix.dirname(path));
    return folder && `${folder}/${posix.basename(path) || '.'}`;
  }
}

function look(place: string): FileEntry {
  const stat = lstatSync(place);
  const type = typeOf(stat);
  const { mode, uid, gid } = stat;
  const entry: FileEntry = { type, size: type === 'file' ? stat.size : 0, mode: mode & 0o7777, uid, gid };
  return type === 'symlink' ? { ...entry, target: readlinkSync(place) } : entry;
}

function typeOf(stat: Stats): FileType {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'symlink' : 'other';
}

function readBody(place: string, limit: number): Body {
  const fd = openRegular(place);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return { missing: 'unreadable', reason: 'not a regular file' };
    const bytes = Buffer.alloc(Math.min(stat.size, limit));
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(fd, bytes, length, bytes.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return { bytes: bytes.subarray(0, length), truncated: stat.size > limit };
  } finally {
    closeSync(fd);
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code ?? message;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
