import { randomFillSync } from 'node:crypto';

/** Node 0 is the root directory. */
export const rootNode = 0;
const none = -1;

/**
 * Names in a tree, in a few flat arrays: some 40 bytes a node, so that a million files fit. Looked up by
 * (parent, name) in a hash table whose hash is keyed, as names come from strangers.
 */
export class NameTree {
  parent = new Int32Array(1024);
  nameStart = new Uint32Array(1024);
  nameLength = new Uint16Array(1024);
  names = Buffer.alloc(16 * 1024);
  nameBytes = 0;
  #next = new Int32Array(1024);
  #first = new Int32Array(1024);
  /** Node + 1, so that 0 is an empty slot. */
  #slots = new Int32Array(4096);
  #dead = new Uint8Array(1024);
  #count = 1;

  constructor(expected = 0) {
    this.#first[rootNode] = none;
    while (this.parent.length < expected) this.#growNodes();
    while (this.#slots.length < expected * 2) this.#slots = new Int32Array(this.#slots.length * 2);
  }

  /** Number of nodes, dead ones included. */
  get count(): number {
    return this.#count;
  }

  /** The live node of a name, or -1. */
  find(parent: number, name: Buffer): number {
    const node = (this.#slots[this.#slot(parent, name)] as number) - 1;
    return node < 0 || this.#dead[node] === 1 ? none : node;
  }

  /** Adds a name that `find` does not know; a dead node of that name stays dead. */
  add(parent: number, name: Buffer): number {
    if (this.#count === this.parent.length) this.#growNodes();
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    const slot = this.#slot(parent, name);
    const old = (this.#slots[slot] as number) - 1;
    const node = this.#count++;
    this.parent[node] = parent;
    this.nameLength[node] = name.length;
    this.nameStart[node] = old < 0 ? this.#store(name) : (this.nameStart[old] as number);
    this.#next[node] = this.#first[parent] as number;
    this.#first[parent] = node;
    this.#first[node] = none;
    this.#slots[slot] = node + 1;
    return node;
  }

  /** Takes a node and all below it out of the tree. */
  remove(node: number): void {
    this.#dead[node] = 1;
  }

  isDead(node: number): boolean {
    return this.#dead[node] === 1;
  }

  nameOf(node: number): Buffer {
    const start = this.nameStart[node] as number;
    return this.names.subarray(start, start + (this.nameLength[node] as number));
  }

  /** Live children, newest first. */
  *children(node: number): Generator<number> {
    for (let child = this.#first[node] as number; child !== none; child = this.#next[child] as number) {
      if (this.#dead[child] === 0) yield child;
    }
  }

  /** The absolute path of a node. */
  pathOf(node: number): string {
    const parts: string[] = [];
    for (let at = node; at !== rootNode; at = this.parent[at] as number)
      parts.push(this.nameOf(at).toString());
    return `/${parts.reverse().join('/')}`;
  }

  #slot(parent: number, name: Buffer): number {
    const mask = this.#slots.length - 1;
    let slot = hash(parent, name) & mask;
    for (;;) {
      const node = (this.#slots[slot] as number) - 1;
      if (node < 0 || (this.parent[node] === parent && this.#hasName(node, name))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #hasName(node: number, name: Buffer): boolean {
    if (this.nameLength[node] !== name.length) return false;
    const start = this.nameStart[node] as number;
    for (let i = 0; i < name.length; i++) if (this.names[start + i] !== name[i]) return false;
    return true;
  }

  #store(name: Buffer): number {
    while (this.nameBytes + name.length > this.names.length) {
      this.names = Buffer.concat([this.names], this.names.length * 2);
    }
    name.copy(this.names, this.nameBytes);
    this.nameBytes += name.length;
    return this.nameBytes - name.length;
  }

  #growNodes(): void {
    const size = this.parent.length * 2;
    this.parent = grown(this.parent, new Int32Array(size));
    this.nameStart = grown(this.nameStart, new Uint32Array(size));
    this.nameLength = grown(this.nameLength, new Uint16Array(size));
    this.#next = grown(this.#next, new Int32Array(size));
    this.#first = grown(this.#first, new Int32Array(size));
    this.#dead = grown(this.#dead, new Uint8Array(size));
  }

  #growSlots(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    const mask = this.#slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      let slot = hash(this.parent[entry - 1] as number, this.nameOf(entry - 1)) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry;
    }
  }
}

export function grown<A extends Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array>(
  from: A,
  to: A,
): A {
  to.set(from);
  return to;
}

const key = randomFillSync(new Int32Array(2));
const key0 = key[0] as number;
const key1 = key[1] as number;

/** HalfSipHash-1-3 (Aumasson, Bernstein) over the parent and the name. */
function hash(parent: number, name: Buffer): number {
  let v0 = key0;
  let v1 = key1;
  let v2 = key0 ^ 0x6c796765;
  let v3 = key1 ^ 0x74656462;
  const words = (name.length >> 2) + 2;
  for (let i = 0; i < words + 3; i++) {
    let word = 0;
    if (i === 0) word = parent;
    else if (i < words) word = wordAt(name, (i - 1) * 4);
    else if (i === words) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return v1 ^ v3;
}

/** Four bytes; the last word of a name also holds its length, as SipHash wants it. */
function wordAt(name: Buffer, at: number): number {
  const left = name.length - at;
  if (left >= 4) {
    return (
      (name[at] as number) |
      ((name[at + 1] as number) << 8) |
      ((name[at + 2] as number) << 16) |
      ((name[at + 3] as number) << 24)
    );
  }
  let word = name.length << 24;
  for (let i = 0; i < left; i++) word |= (name[at + i] as number) << (8 * i);
  return word;
}
