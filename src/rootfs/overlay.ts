import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { byteOrder } from './rootfs.ts';
import type { Body, FileEntry, FileTree } from './tree.ts';

/** null: removed here, whatever lies below. */
type Changes = Map<string, Written | null>;

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
  #changes: Changes;
  /** Directory → names in it that changed; made when it is first asked for. */
  #changedNames: Map<string, Set<string>> | undefined;
  /** Somebody else holds the changes as they are: they are copied before the next one. */
  #isShared = false;
  #copied = 0;

  constructor(lower: FileTree, changes?: Changes) {
    this.#lower = lower;
    this.#changes = changes ?? new Map();
    this.#isShared = changes !== undefined;
  }

  /** An independent copy. */
  fork(): OverlayTree {
    return new OverlayTree(this.#lower, this.save());
  }

  /** The changes as they are now, for `restore`. */
  save(): Changes {
    this.#isShared = true;
    return this.#changes;
  }

  restore(changes: Changes): void {
    if (changes === this.#changes) return;
    this.#changes = changes;
    this.#isShared = true;
    this.#changedNames = undefined;
  }

  get changedPaths(): string[] {
    return [...this.#changes.keys()];
  }

  get changeCount(): number {
    return this.#changes.size;
  }

  /** Entries that were copied because of `save` and `fork`, in all: what they cost. */
  get copied(): number {
    return this.#copied;
  }

  /** Two overlays of one tree with the same digest show the same files. */
  digest(): string {
    if (this.#changes.size === 0) return '';
    const hash = createHash('sha256');
    for (const path of [...this.#changes.keys()].sort()) {
      const change = this.#changes.get(path);
      hash.update(`${path}\0${change ? digestOf(change) : ''}\0`);
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
    for (const name of this.#changedIn(path)) {
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

  /** The tree below all changes. */
  get base(): FileTree {
    return this.#lower instanceof OverlayTree ? this.#lower.base : this.#lower;
  }

  /** The file of `base` whose content a file has (canonical paths); undefined where it was written since. */
  sourceOf(path: string): string | undefined {
    const change = this.#changes.get(path);
    if (change === null || change?.bytes !== undefined) return undefined;
    const source = change?.source ?? path;
    return this.#lower instanceof OverlayTree ? this.#lower.sourceOf(source) : source;
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
    for (const name of [...this.#changedIn(path)]) this.#forget(posix.join(path, name));
    this.#set(path, null);
  }

  #forget(path: string): void {
    for (const name of [...this.#changedIn(path)]) this.#forget(posix.join(path, name));
    this.#own().delete(path);
    this.#changedNames?.get(posix.dirname(path))?.delete(posix.basename(path));
  }

  #set(path: string, change: Written | null): void {
    this.#own().set(path, change);
    if (this.#changedNames) index(this.#changedNames, path);
  }

  /** The changes, as nobody else's. */
  #own(): Changes {
    if (this.#isShared) {
      this.#copied += this.#changes.size;
      this.#changes = new Map(this.#changes);
      this.#isShared = false;
    }
    return this.#changes;
  }

  #changedIn(path: string): ReadonlySet<string> {
    if (this.#changes.size === 0) return nothing;
    if (this.#changedNames === undefined) {
      this.#changedNames = new Map();
      for (const changed of this.#changes.keys()) index(this.#changedNames, changed);
    }
    return this.#changedNames.get(path) ?? nothing;
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

const nothing: ReadonlySet<string> = new Set();

function index(names: Map<string, Set<string>>, path: string): void {
  if (path === '/') return;
  const dir = posix.dirname(path);
  const inDir = names.get(dir);
  if (inDir) inDir.add(posix.basename(path));
  else names.set(dir, new Set([posix.basename(path)]));
}

/** A change is never altered once made, so its digest is worked out once. */
const digests = new WeakMap<Written, string>();

function digestOf(change: Written): string {
  const known = digests.get(change);
  if (known !== undefined) return known;
  const { type, mode, uid, gid, target, source, opaque } = change;
  const hash = createHash('sha256').update(JSON.stringify([type, mode, uid, gid, target, source, opaque]));
  if (change.bytes) hash.update(change.bytes);
  const digest = hash.digest('base64');
  digests.set(change, digest);
  return digest;
}

function hides(change: Written | null | undefined): boolean {
  return change === null || (change !== undefined && (change.type !== 'directory' || change.opaque === true));
}
