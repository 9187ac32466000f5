import { posix } from 'node:path';
import { byteOrder, Rootfs } from './rootfs.ts';
import type { Body, FileEntry, FileTree } from './tree.ts';

/** A file's content, or `{ link: target }`, or content with a mode. */
export type MemoryFile = string | { link: string } | { text: string; mode?: number };

/** A rootfs made of a plain object: path → content. Parent directories come by themselves. For cases and tests. */
export function memoryRootfs(files: Readonly<Record<string, MemoryFile>>): Rootfs {
  return new Rootfs(new MemoryTree(files));
}

class MemoryTree implements FileTree {
  readonly #entries = new Map<string, FileEntry & { bytes?: Uint8Array }>();
  readonly #children = new Map<string, Set<string>>();

  constructor(files: Readonly<Record<string, MemoryFile>>) {
    this.#directory('/');
    for (const [path, file] of Object.entries(files)) this.#add(posix.normalize(`/${path}`), file);
  }

  entry(path: string): FileEntry | undefined {
    return this.#entries.get(path);
  }

  names(path: string): readonly string[] {
    return [...(this.#children.get(path) ?? [])].sort(byteOrder);
  }

  body(path: string, limit: number): Body {
    const bytes = this.#entries.get(path)?.bytes;
    if (!bytes) return { missing: 'unreadable', reason: 'not a regular file' };
    return { bytes: bytes.subarray(0, limit), truncated: bytes.length > limit };
  }

  #add(path: string, file: MemoryFile): void {
    if (path.endsWith('/')) {
      this.#directory(path.slice(0, -1));
      return;
    }
    this.#directory(posix.dirname(path));
    this.#children.get(posix.dirname(path))?.add(posix.basename(path));
    const owner = { uid: 0, gid: 0 };
    if (typeof file === 'object' && 'link' in file) {
      this.#entries.set(path, { type: 'symlink', size: 0, mode: 0o777, target: file.link, ...owner });
      return;
    }
    const bytes = Buffer.from(typeof file === 'string' ? file : file.text);
    const mode =
      (typeof file === 'object' && file.mode) || (bytes.subarray(0, 2).toString() === '#!' ? 0o755 : 0o644);
    this.#entries.set(path, { type: 'file', size: bytes.length, mode, bytes, ...owner });
  }

  #directory(path: string): void {
    if (this.#entries.has(path)) return;
    this.#entries.set(path, { type: 'directory', size: 0, mode: 0o755, uid: 0, gid: 0 });
    this.#children.set(path, new Set());
    if (path === '/') return;
    this.#directory(posix.dirname(path));
    this.#children.get(posix.dirname(path))?.add(posix.basename(path));
  }
}
