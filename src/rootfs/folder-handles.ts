import { closeSync, constants, lstatSync, openSync, realpathSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Folders held open at once. */
const maxOpen = 64;

/**
 * Gives places under which the children of a folder can be looked at safely. On Linux that is an open
 * descriptor, reached from the root's one folder by one, no link followed: whatever is moved or replaced
 * meanwhile, it never leads out. Elsewhere it is the path itself, after a look at each of its parents.
 */
export class FolderHandles {
  readonly #root: string;
  readonly #open = new Map<string, number>();
  readonly #hasDescriptors: boolean;

  /** Throws what the system says when the root can't be opened. */
  constructor(root: string) {
    // A process's root (`/proc/PID/root`) is no path that could be looked up: only opening it leads there.
    const fd = process.platform === 'linux' ? openSync(root, constants.O_RDONLY | constants.O_DIRECTORY) : -1;
    this.#hasDescriptors = fd >= 0 && isShown(fd, root);
    this.#root = this.#hasDescriptors ? root : realpathSync(root);
    if (this.#hasDescriptors) this.#open.set('/', fd);
    else if (fd >= 0) closeSync(fd);
    else if (!statSync(this.#root).isDirectory()) throw new Error(`ENOTDIR: not a directory, '${root}'`);
  }

  /** `path` is canonical. Undefined when it, or one of its parents, is no folder or can't be entered. */
  folder(path: string): string | undefined {
    try {
      return this.#hasDescriptors ? placeOf(this.#descriptor(path)) : this.#checked(path);
    } catch {
      return undefined;
    }
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }

  #descriptor(path: string): number {
    const known = this.#open.get(path);
    if (known !== undefined) {
      this.#use(path, known);
      return known;
    }
    const parent = this.#descriptor(posix.dirname(path));
    const place = `${placeOf(parent)}/${posix.basename(path)}`;
    const fd = openSync(place, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    this.#use(path, fd);
    this.#evict();
    return fd;
  }

  /** Puts a folder last in the line of those to be closed; the root stays. */
  #use(path: string, fd: number): void {
    if (path === '/') return;
    this.#open.delete(path);
    this.#open.set(path, fd);
  }

  #evict(): void {
    if (this.#open.size <= maxOpen) return;
    for (const [path, fd] of this.#open) {
      if (path === '/') continue;
      this.#open.delete(path);
      closeSync(fd);
      return;
    }
  }

  #checked(path: string): string | undefined {
    let place = this.#root;
    for (const name of path.split('/').filter(Boolean)) {
      place = join(place, name);
      if (!lstatSync(place).isDirectory()) return undefined;
    }
    return place;
  }
}

function placeOf(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** Whether /proc shows the descriptor as what it is. */
function isShown(fd: number, root: string): boolean {
  const seen = statSync(`${placeOf(fd)}/.`, { throwIfNoEntry: false });
  const real = statSync(root);
  return seen !== undefined && seen.ino === real.ino && seen.dev === real.dev;
}
