import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { byteOrder } from './rootfs.ts';
import type { Body, FileEntry, FileTree } from './tree.ts';

type Written = FileEntry & {
  /** Content that was written here. */
  bytes?: Uint8Array;
  /** Content that is a file's of the lower tree (canonical path): a copy, or only the mode or owner changed. */
  source?: string;
  /** A directory that replaced a removed one: nothing below it shows through. */
  opaque?: boolean;
};

/**
 * A tree with changes on top of another, which stays as it is. It is what a script's writes go to.
 * `fork()` gives an independent copy in time proportional to the changes only.
 */
export class OverlayTree implements FileTree {
  readonly #lower: FileTree;
  /** null: removed here, whatever lies below. */
  readonly #changes: Map<string, Written | null>;
  /** Directory → names in it that changed. */
  readonly #changedNames = new Map<string, Set<string>>();

  constructor(lower: FileTree, changes?: Map<string, Written | null>) {
    this.#lower = lower;
    this.#changes = changes ?? new Map();
    for (const path of this.#changes.keys()) this.#index(path);
  }

  fork(): OverlayTree {
    return new OverlayTree(this.#lower, new Map(this.#changes));
  }

  get changedPaths(): string[] {
    return [...this.#changes.keys()];
  }

  get changeCount(): number {
    return this.#changes.size;
  }

  /** Two overlays of one tree with the same digest show the same files. */
  digest(): string {
    const hash = createHash('sha256');
    for (const path of [...this.#changes.keys()].sort()) {
      const change = this.#changes.get(path);
      hash.update(`${path}\0`);
      if (!change) continue;
      const { type, mode, uid, gid, target, source, opaque } = change;
      hash.update(JSON.stringify([type, mode, uid, gid, target, source, opaque]));
      if (change.bytes) hash.update(change.bytes);
    }
    return hash.digest('base64');
  }

  entry(path: string): FileEntry | undefined {
    const change = this.#changes.get(path);
    if (change !== undefined) return change ?? undefined;
    return this.#isHidden(path) ? undefined : this.#lower.entry(path);
  }

  names(path: string): readonly string[] {
    const hidden = this.#isHidden(path) || hides(this.#changes.get(path));
    const names = new Set(hidden ? [] : this.#lower.names(path));
    for (const name of this.#changedNames.get(path) ?? []) {
      if (this.#changes.get(posix.join(path, name)) === null) names.delete(name);
      else names.add(name);
    }
    return [...names].sort(byteOrder);
  }

  body(path: string, limit: number): Body {
    const change = this.#changes.get(path);
    if (change === null) return { missing: 'unreadable', reason: 'removed' };
    if (change?.bytes !== undefined) {
      return { bytes: change.bytes.subarray(0, limit), truncated: change.bytes.length > limit };
    }
    return this.#lower.body(change?.source ?? path, limit);
  }

  /** Writes a file (canonical path), making missing parents. `origin` says who did it. */
  writeFile(path: string, bytes: Uint8Array, origin: string, mode?: number): void {
    const before = this.entry(path);
    this.mkdir(posix.dirname(path), origin);
    this.#set(path, {
      type: 'file',
      size: bytes.length,
      mode: mode ?? (before?.type === 'file' ? before.mode : 0o644),
      uid: before?.uid ?? 0,
      gid: before?.gid ?? 0,
      origin,
      bytes,
    });
  }

  /** Copies one entry (both paths canonical) without reading its content; a directory without what is in it. */
  copy(from: string, to: string, origin: string): void {
    const entry = this.entry(from);
    if (!entry) return;
    if (entry.type === 'directory') {
      this.mkdir(to, origin);
      this.#set(to, {
        ...(this.#changes.get(to) ?? entry),
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
      });
      return;
    }
    this.mkdir(posix.dirname(to), origin);
    const change = this.#changes.get(from);
    const content = change?.bytes ? { bytes: change.bytes } : { source: change?.source ?? from };
    this.#set(to, { ...entry, origin, ...(entry.type === 'file' ? content : {}) });
  }

  symlink(path: string, target: string, origin: string): void {
    this.mkdir(posix.dirname(path), origin);
    this.#set(path, { type: 'symlink', size: 0, mode: 0o777, uid: 0, gid: 0, target, origin });
  }

  mkdir(path: string, origin: string): void {
    if (path === '/' || this.entry(path)?.type === 'directory') return;
    this.mkdir(posix.dirname(path), origin);
    const opaque = this.#changes.get(path) === null;
    this.#set(path, { type: 'directory', size: 0, mode: 0o755, uid: 0, gid: 0, origin, opaque });
  }

  /** Changes mode or owner; does nothing where there is no such entry. */
  change(path: string, to: { mode?: number; uid?: number; gid?: number }): void {
    const before = this.entry(path);
    if (!before) return;
    const change = this.#changes.get(path);
    this.#set(path, { ...before, ...change, ...to });
  }

  /** Removes a file, or a directory with all that is in it. */
  remove(path: string): void {
    const below = [...(this.#changedNames.get(path) ?? [])];
    for (const name of below) this.#forget(posix.join(path, name));
    this.#set(path, null);
  }

  #forget(path: string): void {
    const below = [...(this.#changedNames.get(path) ?? [])];
    for (const name of below) this.#forget(posix.join(path, name));
    this.#changes.delete(path);
    this.#changedNames.get(posix.dirname(path))?.delete(posix.basename(path));
  }

  #set(path: string, change: Written | null): void {
    this.#changes.set(path, change);
    this.#index(path);
  }

  #index(path: string): void {
    if (path === '/') return;
    const dir = posix.dirname(path);
    const names = this.#changedNames.get(dir);
    if (names) names.add(posix.basename(path));
    else this.#changedNames.set(dir, new Set([posix.basename(path)]));
  }

  /** Whether a parent was removed here, or replaced by something that is no longer the lower directory. */
  #isHidden(path: string): boolean {
    if (this.#changes.size === 0) return false;
    for (let parent = posix.dirname(path); parent !== '/'; parent = posix.dirname(parent)) {
      if (hides(this.#changes.get(parent))) return true;
    }
    return false;
  }
}

function hides(change: Written | null | undefined): boolean {
  return change === null || (change !== undefined && (change.type !== 'directory' || change.opaque === true));
}
