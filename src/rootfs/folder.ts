import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { posix } from 'node:path';
import { FolderHandles } from './folder-handles.ts';
import { byteOrder } from './rootfs.ts';
import type { Body, FileEntry, FileTree, FileType } from './tree.ts';

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
      return { missing: 'unreadable', reason: (error as NodeJS.ErrnoException).code ?? String(error) };
    }
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

/** Opened without following a link and without waiting for a pipe's other end, then looked at again. */
function readBody(place: string, limit: number): Body {
  const fd = openSync(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
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

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
