import { posix } from 'node:path';
import { isPattern, matchGlob } from '../base/glob.ts';
import { limits } from '../base/limits.ts';
import type { Body, FileEntry, FileTree } from './tree.ts';

export interface Found extends FileEntry {
  /** Canonical path: every link followed. */
  path: string;
}

/**
 * A read-only view of a container's files. Links are followed inside it only: an absolute target starts at its
 * root, and `..` of the root is the root, so no path leads outside.
 */
export class Rootfs {
  readonly #tree: FileTree;

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  get tree(): FileTree {
    return this.#tree;
  }

  /** The file behind a path, links followed; undefined when there is none or the links loop. */
  find(path: string): Found | undefined {
    const real = this.resolve(path);
    return real === undefined ? undefined : this.#at(real);
  }

  /** As `find`, but a link in the last place is not followed. */
  findLink(path: string): Found | undefined {
    let end = path.length;
    while (path[end - 1] === '/') end--;
    const slash = path.lastIndexOf('/', end - 1);
    const name = end === 0 ? '' : path.slice(slash + 1, end);
    if (name === '' || name === '.' || name === '..') return this.find(path);
    const dir = this.resolve(path.slice(0, slash + 1));
    return dir === undefined ? undefined : this.#at(posix.join(dir, name));
  }

  isFile(path: string): boolean {
    return this.find(path)?.type === 'file';
  }

  isDirectory(path: string): boolean {
    return this.find(path)?.type === 'directory';
  }

  /** Names in a directory in byte order; empty when it is not one. */
  list(path: string): readonly string[] {
    const real = this.resolve(path);
    return real === undefined ? [] : this.#tree.names(real);
  }

  /** At most `limit` bytes; undefined when it is not a regular file. */
  read(path: string, limit: number = limits.configBytes): Body | undefined {
    const found = this.find(path);
    return found?.type === 'file' ? this.#tree.body(found.path, limit) : undefined;
  }

  /** A whole text file; undefined when it is missing, unreadable or not loaded yet. Truncated at the limit. */
  readText(path: string, limit: number = limits.configBytes): string | undefined {
    const body = this.read(path, limit);
    return body && 'bytes' in body ? decoder.decode(body.bytes) : undefined;
  }

  /** Canonical path, or undefined when a component is missing, is no directory, or the links loop. */
  resolve(path: string): string | undefined {
    const todo = path.split('/').reverse();
    let real = '/';
    let links = 0;
    while (todo.length > 0) {
      const name = todo.pop() as string;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        real = posix.dirname(real);
        continue;
      }
      const next = real === '/' ? `/${name}` : `${real}/${name}`;
      const entry = this.#tree.entry(next);
      if (entry === undefined) return undefined;
      if (entry.type !== 'symlink') {
        if (entry.type !== 'directory' && todo.some((part) => part !== '' && part !== '.')) return undefined;
        real = next;
        continue;
      }
      if (++links > limits.symlinks) return undefined;
      const target = entry.target ?? '';
      if (target.startsWith('/')) real = '/';
      todo.push(...target.split('/').reverse());
    }
    return real;
  }

  /** Paths that match a glob(3) pattern, in byte order, written as the pattern writes them. */
  glob(pattern: string): string[] {
    let matches = ['/'];
    for (const part of pattern.split('/')) {
      if (part === '' || part === '.') continue;
      matches = matches.flatMap((dir) => this.#matchIn(dir, part));
      if (matches.length === 0) break;
    }
    return matches.sort(byteOrder);
  }

  #matchIn(dir: string, part: string): string[] {
    const join = (name: string) => (dir === '/' ? `/${name}` : `${dir}/${name}`);
    if (!isPattern(part)) return this.findLink(join(part)) ? [join(part)] : [];
    return this.list(dir)
      .filter((name) => matchGlob(part, name, { period: true }))
      .map(join);
  }

  #at(real: string): Found | undefined {
    const entry = this.#tree.entry(real);
    return entry && { ...entry, path: real };
  }
}

/** A byte order mark is kept: not every server skips it, so the syntaxes decide. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Compares as strcmp(3) does on UTF-8, which is also code point order. */
export function byteOrder(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
