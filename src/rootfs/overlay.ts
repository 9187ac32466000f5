import { posix } from 'node:path';
import { byteOrder } from './rootfs.ts';
import type { Body, FileEntry, FileTree } from './tree.ts';

type Written = FileEntry & {
  bytes?: Uint8Array;
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

  constructor(lower: FileTree, changes?: Map<string, Written | null>) {
    this.#lower = lower;
    this.#changes = changes ?? new Map();
  }

  fork(): OverlayTree {
    return new OverlayTree(this.#lower, new Map(this.#changes));
  }

  get changedPaths(): string[] {
    return [...this.#changes.keys()];
  }

  entry(path: string): FileEntry | undefined {
    const change = this.#changes.get(path);
    if (change !== undefined) return change ?? undefined;
    return this.#isHidden(path) ? undefined : this.#lower.entry(path);
  }

  names(path: string): readonly string[] {
    const names = new Set(
      this.#isHidden(path) || hides(this.#changes.get(path)) ? [] : this.#lower.names(path),
    );
    for (const [changed, entry] of this.#changes) {
      if (changed === '/' || posix.dirname(changed) !== path) continue;
      if (entry === null) names.delete(posix.basename(changed));
      else names.add(posix.basename(changed));
    }
    return [...names].sort(byteOrder);
  }

  body(path: string, limit: number): Body {
    const change = this.#changes.get(path);
    if (change === null) return { missing: 'unreadable', reason: 'removed' };
    if (change === undefined) return this.#lower.body(path, limit);
    if (change.bytes === undefined) return this.#lower.body(path, limit);
    return { bytes: change.bytes.subarray(0, limit), truncated: change.bytes.length > limit };
  }

  /** Writes a file (canonical path), making missing parents. `origin` says who did it. */
  writeFile(path: string, bytes: Uint8Array, origin: string, mode?: number): void {
    const before = this.entry(path);
    this.mkdir(posix.dirname(path), origin);
    this.#changes.set(path, {
      type: 'file',
      size: bytes.length,
      mode: mode ?? (before?.type === 'file' ? before.mode : 0o644),
      uid: before?.uid ?? 0,
      gid: before?.gid ?? 0,
      origin,
      bytes,
    });
  }

  symlink(path: string, target: string, origin: string): void {
    this.mkdir(posix.dirname(path), origin);
    this.#changes.set(path, { type: 'symlink', size: 0, mode: 0o777, uid: 0, gid: 0, target, origin });
  }

  mkdir(path: string, origin: string): void {
    if (path === '/' || this.entry(path)?.type === 'directory') return;
    this.mkdir(posix.dirname(path), origin);
    const opaque = this.#changes.get(path) === null;
    this.#changes.set(path, { type: 'directory', size: 0, mode: 0o755, uid: 0, gid: 0, origin, opaque });
  }

  chmod(path: string, mode: number): void {
    const before = this.entry(path);
    if (!before) return;
    this.#changes.set(path, { ...before, ...this.#changes.get(path), mode });
  }

  /** Removes a file, or a directory with all that is in it. */
  remove(path: string): void {
    for (const changed of this.#changes.keys()) {
      if (changed.startsWith(`${path}/`)) this.#changes.delete(changed);
    }
    this.#changes.set(path, null);
  }

  /** Whether a parent was removed here, or replaced by something that is no longer the lower directory. */
  #isHidden(path: string): boolean {
    for (let parent = posix.dirname(path); parent !== '/'; parent = posix.dirname(parent)) {
      const change = this.#changes.get(parent);
      if (hides(change)) return true;
    }
    return false;
  }
}

function hides(change: Written | null | undefined): boolean {
  return change === null || (change !== undefined && (change.type !== 'directory' || change.opaque === true));
}
