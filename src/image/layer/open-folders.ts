/** Where an entry goes: a folder, and the name as a part of a buffer (making one of its own takes time). */
export interface Place {
  parent: number;
  bytes: Buffer;
  start: number;
  length: number;
}

const slash = 0x2f;
const dot = 0x2e;

/**
 * The folders that the entry before was in, outermost first, as they were written. Archivers write a folder, what
 * is in it, and go back, so most names need not be taken apart.
 */
export class OpenFolders {
  /** Each is a beginning of the next. */
  readonly #stack: { name: Buffer; node: number }[] = [];

  /** The place of a name right below an open folder. Undefined: the name must be taken apart. */
  find(name: Buffer): Place | undefined {
    let top = this.#stack.at(-1);
    while (top !== undefined && !isBelow(name, top.name)) {
      this.#stack.pop();
      top = this.#stack.at(-1);
    }
    if (top === undefined) return undefined;
    const start = top.name.length + 1;
    const end = trimmedLength(name);
    // Dots and whiteouts, and names that may not be UTF-8, take the long way.
    if (start >= end || name[start] === dot || !isPlain(name, start, end)) return undefined;
    return { parent: top.node, bytes: name, start, length: end - start };
  }

  /** After `find` found nothing: a name was taken apart and lies in the folder `node` under the name `base`. */
  add(name: Buffer, base: Buffer, node: number): void {
    const end = trimmedLength(name);
    const start = end - base.length;
    const parentLength = start - 1;
    const isWrittenOut = parentLength > 0 && name[parentLength] === slash && isAt(name, start, base);
    if (isWrittenOut && parentLength > (this.#stack.at(-1)?.name.length ?? 0)) {
      this.#stack.push({ name: name.subarray(0, parentLength), node });
    }
  }

  /** A folder was added at a place that `find` gave. */
  enter(name: Buffer, node: number): void {
    this.#stack.push({ name: name.subarray(0, trimmedLength(name)), node });
  }

  /** Something was replaced, perhaps one of these folders. */
  clear(): void {
    this.#stack.length = 0;
  }
}

/** Without the slash that ends the names of folders. */
function trimmedLength(name: Buffer): number {
  return name[name.length - 1] === slash ? name.length - 1 : name.length;
}

function isBelow(name: Buffer, folder: Buffer): boolean {
  if (name.length <= folder.length || name[folder.length] !== slash) return false;
  // Names of siblings differ at their end.
  for (let i = folder.length - 1; i >= 0; i--) if (name[i] !== folder[i]) return false;
  return true;
}

function isAt(bytes: Buffer, start: number, part: Buffer): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[start + i] !== part[i]) return false;
  return true;
}

/** ASCII without a slash. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80 || byte === slash) return false;
  }
  return true;
}
