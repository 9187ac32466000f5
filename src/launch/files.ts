import { posix } from 'node:path';
import { limits } from '../base/limits.ts';
import { isUnknown } from '../model/unknown.ts';
import type { OverlayTree } from '../rootfs/overlay.ts';
import { type Found, Rootfs } from '../rootfs/rootfs.ts';
import type { Budget } from './budget.ts';
import { Halt } from './jumps.ts';
import { launchLimits } from './limits.ts';
import { unknownText } from './texts.ts';
import type { Identity } from './users.ts';
import { type VirtualFile, virtualFile } from './virtual-files.ts';

/** Why a file operation failed, in the words of strerror(3). */
export type FileError =
  | 'No such file or directory'
  | 'Permission denied'
  | 'Is a directory'
  | 'Not a directory'
  | 'File exists';

/** What is at a path: an entry of the tree, or `missing`, or `unknown` where that depends on the running system. */
export type Look = (Found & { text?: string }) | 'missing' | 'unknown';

export interface FilesMark {
  changes: ReturnType<OverlayTree['save']>;
  doubtful: readonly string[];
  doubtsRunFiles: boolean;
}

export interface Access {
  user: Identity;
  /** Noted with every file that is written: `/entrypoint.sh:12`. */
  origin: string;
}

/**
 * The file tree as the processes of a container see it: the image's files, what scripts have written on top, and
 * what the runtime puts in. Paths are absolute. Unknown parts in a path make the answer unknown.
 */
export class Files {
  readonly tree: OverlayTree;
  readonly rootfs: Rootfs;
  readonly #budget: Budget;
  readonly #options: { ipv6: boolean };
  #written = 0;
  #copied = 0;
  /** Paths that a program which can't be followed may have made. */
  readonly #doubtful = new Set<string>();
  #doubtsRunFiles = false;

  constructor(tree: OverlayTree, budget: Budget, options: { ipv6: boolean }) {
    this.tree = tree;
    this.rootfs = new Rootfs(tree);
    this.#budget = budget;
    this.#options = options;
  }

  /** What is at the path, links followed. */
  look(path: string): Look {
    return this.#look(path, (rootfs) => rootfs.find(path));
  }

  /** As `look`, but a link in the last place is what is found. */
  lookLink(path: string): Look {
    return this.#look(path, (rootfs) => rootfs.findLink(path.replace(/(?<=[^/])\/+$/, '')));
  }

  #look(path: string, find: (rootfs: Rootfs) => Found | undefined): Look {
    this.#budget.spend(2 + path.length / 32);
    if (isUnknown(path)) return 'unknown';
    if (path.length > launchLimits.path || path.includes('\0')) return 'missing';
    const virtual = this.#virtual(path);
    if (virtual === undefined) {
      const found = find(this.rootfs);
      if (found) return found;
      return this.#isDoubtful(posix.normalize(path)) ? 'unknown' : 'missing';
    }
    if (typeof virtual === 'string') return virtual;
    const mode = virtual.type === 'directory' ? 0o755 : 0o666;
    return { path, size: virtual.text === '' ? 0 : 1, uid: 0, gid: 0, mode, ...virtual };
  }

  #virtual(path: string): VirtualFile | undefined {
    const normal = posix.normalize(path).replace(/(?<=.)\/$/, '');
    const found = virtualFile(normal, this.#options);
    return found !== undefined && this.tree.entry(normal)?.origin !== undefined ? undefined : found;
  }

  /** Notes that a program may have made the files that its arguments name. */
  doubt(args: readonly string[], cwd: string): void {
    for (const arg of args) {
      const name = arg.startsWith('-') ? arg.slice(arg.indexOf('=') + 1) : arg;
      if (!name.includes('/') || name.startsWith('-') || isUnknown(name)) continue;
      if (name.length < launchLimits.path && this.#doubtful.size < 1_000)
        this.#doubtful.add(posix.resolve(cwd, name));
    }
  }

  /** Notes that a server has gone to the background: it may have made its pid file and sockets. */
  doubtRunFiles(): void {
    this.#doubtsRunFiles = true;
  }

  /** A path of the image where a program may have made a file. */
  #mayBeThere(path: string): boolean {
    return this.look(path) === 'unknown' && this.#virtual(path) === undefined;
  }

  #isDoubtful(path: string): boolean {
    if (this.#doubtsRunFiles && /\.(pid|sock|socket)$/.test(path)) return true;
    return this.#doubtful.size > 0 && this.#doubtful.has(path);
  }

  /** Everything that scripts have changed, for `restore`. */
  save(): FilesMark {
    return { changes: this.tree.save(), doubtful: [...this.#doubtful], doubtsRunFiles: this.#doubtsRunFiles };
  }

  restore({ changes, doubtful, doubtsRunFiles }: FilesMark): void {
    this.tree.restore(changes);
    this.#doubtsRunFiles = doubtsRunFiles;
    if (doubtful.length === this.#doubtful.size) return;
    this.#doubtful.clear();
    for (const path of doubtful) this.#doubtful.add(path);
  }

  /** What is not in the tree's digest. */
  get doubts(): string {
    return `${this.#doubtsRunFiles}\n${[...this.#doubtful].join('\n')}`;
  }

  isFile(path: string): boolean {
    const found = this.look(path);
    return typeof found === 'object' && found.type === 'file';
  }

  isDirectory(path: string): boolean {
    const found = this.look(path);
    return typeof found === 'object' && found.type === 'directory';
  }

  /** A file's text; unknown parts where it can't be known. */
  read(path: string, access: Access): { text: string } | { error: FileError } {
    const found = this.look(path);
    if (found === 'missing') return { error: 'No such file or directory' };
    if (found === 'unknown') return { text: unknownText(path) };
    if (found.type === 'directory') return { error: 'Is a directory' };
    if (found.text !== undefined) return { text: found.text };
    if (!mayAccess(found, access.user, 4)) return { error: 'Permission denied' };
    return { text: this.#textOf(found) };
  }

  #textOf(found: Found): string {
    if (found.type !== 'file') return unknownText(found.path);
    const body = this.tree.body(found.path, limits.configBytes);
    if ('missing' in body) return unknownText(`${found.path} (${body.reason})`);
    this.#budget.spendOn(body.bytes.length);
    const text = decoder.decode(body.bytes);
    return body.truncated ? text + unknownText(`the rest of ${found.path}`) : text;
  }

  /** The first bytes of a regular file; undefined when they can't be read. */
  head(path: string, bytes: number): Uint8Array | undefined {
    this.#budget.spend();
    const body = this.rootfs.read(path, bytes);
    return body && 'bytes' in body ? body.bytes : undefined;
  }

  /** Names in a directory; undefined where they can't be known. */
  list(path: string): readonly string[] | undefined {
    if (isUnknown(path) || this.#virtual(path) !== undefined) return undefined;
    const names = this.rootfs.list(path);
    this.#budget.spend(1 + names.length / 8);
    return names;
  }

  write(path: string, text: string, access: Access, mode?: number): FileError | undefined {
    return this.writeBytes(path, Buffer.from(text), access, mode);
  }

  writeBytes(path: string, bytes: Uint8Array, access: Access, mode?: number): FileError | undefined {
    const target = this.#target(path, access);
    if ('error' in target) return target.error;
    if (target.path === undefined) return undefined;
    this.#charge(bytes.length);
    const isNew = this.tree.entry(target.path) === undefined;
    this.tree.writeFile(target.path, bytes, access.origin, mode);
    if (isNew) this.tree.change(target.path, { uid: access.user.uid ?? 0, gid: access.user.gid ?? 0 });
    return undefined;
  }

  append(path: string, text: string, access: Access): FileError | undefined {
    const target = this.#target(path, access);
    if ('error' in target) return target.error;
    if (target.path === undefined) return undefined;
    const before = this.tree.entry(target.path) && this.tree.body(target.path, limits.configBytes);
    if (this.#mayBeThere(path) || (before && !('bytes' in before)))
      return this.write(path, unknownText(target.path) + text, access);
    const bytes = Buffer.concat([before?.bytes ?? new Uint8Array(), Buffer.from(text)]);
    this.#budget.spendOn(bytes.length / 8);
    return this.writeBytes(path, bytes.subarray(0, limits.configBytes), access);
  }

  /** Where writing to a path goes to; no path where it goes nowhere that matters (unknown or virtual). */
  #target(path: string, access: Access): { path: string | undefined } | { error: FileError } {
    this.#budget.spend();
    if (isUnknown(path)) return { path: undefined };
    const found = this.look(path);
    if (found === 'missing' || this.#mayBeThere(path)) return this.#newTarget(path, access);
    if (found === 'unknown') return { path: undefined };
    if (found.type === 'directory') return { error: 'Is a directory' };
    if (found.text !== undefined && found.type !== 'file') return { path: undefined };
    if (!mayAccess(found, access.user, 2)) return { error: 'Permission denied' };
    return { path: found.path };
  }

  #newTarget(path: string, access: Access, links = 0): { path: string } | { error: FileError } {
    const link = this.rootfs.findLink(path);
    if (link?.type === 'symlink' && links < limits.symlinks) {
      return this.#newTarget(posix.resolve(posix.dirname(link.path), link.target ?? ''), access, links + 1);
    }
    const parent = this.rootfs.find(posix.dirname(path));
    if (parent === undefined || path.endsWith('/')) return { error: 'No such file or directory' };
    if (parent.type !== 'directory') return { error: 'Not a directory' };
    if (!mayCreateIn(parent, access.user)) return { error: 'Permission denied' };
    return { path: posix.join(parent.path, posix.basename(path)) };
  }

  mkdir(path: string, access: Access, options: { parents?: boolean } = {}): FileError | undefined {
    if (isUnknown(path)) return undefined;
    const found = this.look(path);
    if (found === 'unknown') return undefined;
    if (found !== 'missing') {
      return options.parents && found.type === 'directory' ? undefined : 'File exists';
    }
    if (path.length > launchLimits.path) return 'No such file or directory';
    const trimmed = path.replace(/\/+$/, '');
    const above = posix.dirname(trimmed);
    if (options.parents && this.look(above) === 'missing') {
      const error = this.mkdir(above, access, options);
      if (error) return error;
    }
    const target = this.#newTarget(trimmed, access);
    if ('error' in target) return target.error;
    this.#charge(0);
    this.tree.mkdir(target.path, access.origin);
    this.tree.change(target.path, { uid: access.user.uid ?? 0, gid: access.user.gid ?? 0 });
    return undefined;
  }

  symlink(path: string, to: string, access: Access): FileError | undefined {
    if (isUnknown(path)) return undefined;
    if (this.lookLink(path) !== 'missing') return 'File exists';
    const target = this.#newTarget(path, access);
    if ('error' in target) return target.error;
    this.#charge(to.length);
    this.tree.symlink(target.path, to, access.origin);
    return undefined;
  }

  /** Removes a file, a link, or a directory with all that is in it. */
  remove(path: string, access: Access): FileError | undefined {
    const found = this.lookLink(path);
    if (found === 'missing') return 'No such file or directory';
    if (found === 'unknown' || found.text !== undefined || found.path === '/') return undefined;
    const parent = this.rootfs.find(posix.dirname(found.path));
    if (parent && !mayCreateIn(parent, access.user)) return 'Permission denied';
    this.#charge(0);
    this.tree.remove(found.path);
    return undefined;
  }

  /** Copies a file or link to exactly this path, or a directory with all that is in it. */
  copy(from: string, to: string, access: Access, options: { follow: boolean }): FileError | undefined {
    const source = options.follow ? this.look(from) : this.lookLink(from);
    if (source === 'missing') return 'No such file or directory';
    if (source === 'unknown') return this.write(to, unknownText(from), access);
    if (source.text !== undefined) return this.write(to, source.text, access);
    if (!mayAccess(source, access.user, 4)) return 'Permission denied';
    if (source.type === 'directory') return this.#copyDirectory(source.path, to, access);
    const target = this.#target(to, access);
    if ('error' in target) return target.error;
    if (target.path === undefined || target.path === source.path) return undefined;
    this.#charge(64);
    this.tree.copy(source.path, target.path, access.origin);
    return undefined;
  }

  #copyDirectory(from: string, to: string, access: Access): FileError | undefined {
    if (`${posix.normalize(to)}/`.startsWith(`${from}/`)) return undefined;
    const error = this.mkdir(to, access, { parents: true });
    if (error) return error;
    let failed: FileError | undefined;
    for (const name of this.tree.names(from)) {
      const child = posix.join(from, name);
      failed = this.copy(child, posix.join(to, name), access, { follow: false }) ?? failed;
    }
    return failed;
  }

  change(path: string, to: { mode?: number; uid?: number; gid?: number }): FileError | undefined {
    const found = this.look(path);
    if (found === 'missing') return 'No such file or directory';
    if (found === 'unknown' || found.text !== undefined) return undefined;
    this.#charge(0);
    this.tree.change(found.path, to);
    return undefined;
  }

  /** Whether the user may read (4), write (2) or execute (1); undefined where it can't be known. */
  may(path: string, user: Identity, right: 1 | 2 | 4): boolean | undefined {
    const found = this.look(path);
    if (found === 'missing') return false;
    return found === 'unknown' ? undefined : mayAccess(found, user, right);
  }

  #charge(bytes: number): void {
    this.#budget.spend(1 + bytes / 256 + (this.tree.copied - this.#copied) / 4);
    this.#copied = this.tree.copied;
    this.#written += bytes;
    if (this.#written > launchLimits.written) throw new Halt('it writes too much');
    if (this.tree.changeCount > launchLimits.changes) throw new Halt('it changes too many files');
  }
}

const decoder = new TextDecoder();

/** Whether files may be made in a folder; in the temporary ones by everyone, as in every system. */
function mayCreateIn(folder: Found, user: Identity): boolean {
  return /^(\/var)?\/tmp$/.test(folder.path) || mayAccess(folder, user, 2);
}

/** The kernel's check of permission bits; root may all, but executes only what has some x bit. */
export function mayAccess(
  entry: { mode: number; uid: number; gid: number; type: string },
  user: Identity,
  right: 1 | 2 | 4,
): boolean {
  if (user.uid === 0) return right !== 1 || entry.type === 'directory' || (entry.mode & 0o111) !== 0;
  if (user.uid === undefined) return (entry.mode & (right * 0o111)) !== 0;
  if (entry.uid === user.uid) return (entry.mode & (right << 6)) !== 0;
  if (user.groups.includes(entry.gid)) return (entry.mode & (right << 3)) !== 0;
  return (entry.mode & right) !== 0;
}
