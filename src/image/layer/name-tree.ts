import { randomFillSync } from 'node:crypto';

/** Node 0 is the root directory. */
export const rootNode = 0;
const none = -1;

/**
 * Names in a tree, in a few flat arrays: some 45 bytes a node, so that a million files fit. Looked up by
 * (parent, name) in a hash table whose hash is keyed, as names come from strangers. A name is a part of a buffer
 * (bytes, start, length): making an object of each would take longer than all else.
 */
export class NameTree {
  parent: Int32Array;
  nameStart: Uint32Array;
  nameLength: Uint16Array;
  /** Where the names are. Given at the start when they are all known, otherwise grown. */
  names: Buffer;
  nameBytes: number;
  /** Whether a node was ever removed. */
  hasDead = false;
  #next: Int32Array;
  #first: Int32Array;
  /** Node + 1, so that 0 is an empty slot. */
  #slots: Int32Array;
  #dead: Uint8Array;
  #hashes: Int32Array;
  #count = 1;
  /** Hash and slot of the last search, as `add` mostly follows a `find` that found nothing. */
  #lastHash = 0;
  #lastSlot = 0;

  constructor(expected = 4096, names: Buffer = Buffer.alloc(64 * 1024), nameBytes = 0) {
    const size = Math.max(expected, 16);
    this.parent = new Int32Array(size);
    this.nameStart = new Uint32Array(size);
    this.nameLength = new Uint16Array(size);
    this.#next = new Int32Array(size);
    this.#first = new Int32Array(size);
    this.#dead = new Uint8Array(size);
    this.#hashes = new Int32Array(size);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(size * 2)));
    this.#first[rootNode] = none;
    this.names = names;
    this.nameBytes = nameBytes;
  }

  /** Number of nodes, dead ones included. */
  get count(): number {
    return this.#count;
  }

  /** The live node of a name, or -1. */
  find(parent: number, bytes: Buffer, start = 0, length = bytes.length): number {
    this.#search(parent, bytes, start, length);
    const node = (this.#slots[this.#lastSlot] as number) - 1;
    return node < 0 || this.#dead[node] === 1 ? none : node;
  }

  /** Adds a name that `find` does not know; a dead node of that name stays dead. `bytes` may be `names` itself. */
  add(parent: number, bytes: Buffer, start = 0, length = bytes.length): number {
    this.#search(parent, bytes, start, length);
    return this.addFound(parent, bytes, start, length);
  }

  /** As `add`, right after a `find` of the same name: no need to search again. */
  addFound(parent: number, bytes: Buffer, start: number, length: number): number {
    const slot = this.#lastSlot;
    if (this.#count === this.parent.length) this.#growNodes();
    const node = this.#count++;
    this.parent[node] = parent;
    this.nameLength[node] = length;
    this.nameStart[node] = bytes === this.names ? start : this.#store(bytes, start, length);
    this.#next[node] = this.#first[parent] as number;
    this.#first[parent] = node;
    this.#first[node] = none;
    this.#hashes[node] = this.#lastHash;
    this.#slots[slot] = node + 1;
    if (this.#count * 2 > this.#slots.length) this.#growSlots();
    return node;
  }

  /** Takes a node and all below it out of the tree. */
  remove(node: number): void {
    this.hasDead = true;
    this.#dead[node] = 1;
  }

  isDead(node: number): boolean {
    return this.#dead[node] === 1;
  }

  nameOf(node: number): string {
    const start = this.nameStart[node] as number;
    return this.names.toString('utf8', start, start + (this.nameLength[node] as number));
  }

  /** Live children, newest first. */
  children(node: number): number[] {
    const children: number[] = [];
    for (let child = this.#first[node] as number; child !== none; child = this.#next[child] as number) {
      if (this.#dead[child] === 0) children.push(child);
    }
    return children;
  }

  /** Finds the slot of a name, or the empty one where it belongs. */
  #search(parent: number, bytes: Buffer, start: number, length: number): void {
    const mask = this.#slots.length - 1;
    const wanted = hash(parent, bytes, start, length);
    let slot = wanted & mask;
    for (;;) {
      const node = (this.#slots[slot] as number) - 1;
      if (node < 0) break;
      const mayBe = this.#hashes[node] === wanted && this.parent[node] === parent;
      if (mayBe && this.#hasName(node, bytes, start, length)) break;
      slot = (slot + 1) & mask;
    }
    this.#lastHash = wanted;
    this.#lastSlot = slot;
  }

  #hasName(node: number, bytes: Buffer, start: number, length: number): boolean {
    if (this.nameLength[node] !== length) return false;
    const own = this.nameStart[node] as number;
    for (let i = 0; i < length; i++) if (this.names[own + i] !== bytes[start + i]) return false;
    return true;
  }

  #store(bytes: Buffer, start: number, length: number): number {
    while (this.nameBytes + length > this.names.length) {
      this.names = Buffer.concat([this.names], this.names.length * 2);
    }
    for (let i = 0; i < length; i++) this.names[this.nameBytes + i] = bytes[start + i] as number;
    this.nameBytes += length;
    return this.nameBytes - length;
  }

  #growNodes(): void {
    const size = this.parent.length * 2;
    this.parent = grown(this.parent, new Int32Array(size));
    this.nameStart = grown(this.nameStart, new Uint32Array(size));
    this.nameLength = grown(this.nameLength, new Uint16Array(size));
    this.#next = grown(this.#next, new Int32Array(size));
    this.#first = grown(this.#first, new Int32Array(size));
    this.#dead = grown(this.#dead, new Uint8Array(size));
    this.#hashes = grown(this.#hashes, new Int32Array(size));
  }

  #growSlots(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    const mask = this.#slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      let slot = (this.#hashes[entry - 1] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry;
    }
  }
}

/** Copies a full array into a larger one. */
export function grown<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from);
  return to;
}

const key = randomFillSync(new Int32Array(2));
const key0 = key[0] as number;
const key1 = key[1] as number;

/** HalfSipHash-1-3 (Aumasson, Bernstein) over the parent and the name. */
function hash(parent: number, bytes: Buffer, start: number, length: number): number {
  let v0 = key0;
  let v1 = key1;
  let v2 = key0 ^ 0x6c796765;
  let v3 = key1 ^ 0x74656462;
  const words = (length >> 2) + 2;
  for (let i = 0; i < words + 3; i++) {
    let word = 0;
    if (i === 0) word = parent;
    else if (i < words) word = wordAt(bytes, start + (i - 1) * 4, start + length, length);
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
function wordAt(bytes: Buffer, at: number, end: number, length: number): number {
  if (end - at >= 4) {
    return (
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    );
  }
  let word = length << 24;
  for (let i = at, shift = 0; i < end; i++, shift += 8) word |= (bytes[i] as number) << shift;
  return word;
}
