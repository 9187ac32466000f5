import { crc32 } from 'node:zlib';
import type { TarEntry } from '../tar/decoder.ts';
import { type LayerArrays, recordType } from './layer-index.ts';
import { grown } from './name-tree.ts';

type RecordArrays = Pick<
  LayerArrays,
  | 'size'
  | 'dataOffset'
  | 'bodyOffset'
  | 'sparsePieces'
  | 'uid'
  | 'gid'
  | 'bodyCrc'
  | 'linkLength'
  | 'sparse'
  | 'mode'
  | 'type'
>;

export interface PackedRecords {
  arrays: RecordArrays;
  link: Int32Array;
  /** Record of each node under its new number. */
  nodeRecord: Int32Array;
  text: Buffer;
  count: number;
  bodies: Buffer[];
  bodyBytes: number;
}

/** The files of a layer without their names: hard links share one record. */
export class RecordTable {
  readonly bodies = new Map<number, Buffer>();
  #size: Float64Array;
  #offset: Float64Array;
  #uid: Uint32Array;
  #gid: Uint32Array;
  #mode: Uint16Array;
  #type: Uint8Array;
  #link: Int32Array;
  #linkLength: Uint32Array;
  readonly #sparse = new Map<number, number[]>();
  readonly #same = new Map<number, number>();
  #text = Buffer.alloc(16 * 1024);
  #textBytes = 0;
  #count = 0;

  constructor(expected: number) {
    this.#size = new Float64Array(expected);
    this.#offset = new Float64Array(expected);
    this.#uid = new Uint32Array(expected);
    this.#gid = new Uint32Array(expected);
    this.#mode = new Uint16Array(expected);
    this.#type = new Uint8Array(expected);
    this.#link = new Int32Array(expected);
    this.#linkLength = new Uint32Array(expected);
  }

  get textBytes(): number {
    return this.#textBytes;
  }

  add(entry: TarEntry, dataOffset: number): number {
    if (this.#count === this.#size.length) this.#grow();
    const record = this.#count++;
    this.#size[record] = entry.size;
    this.#offset[record] = dataOffset;
    this.#uid[record] = entry.uid;
    this.#gid[record] = entry.gid;
    this.#mode[record] = entry.mode;
    this.#type[record] = entry.kind === 'hardlink' ? recordType.hardLink : recordType[entry.kind];
    const hasLink = entry.kind === 'symlink' || entry.kind === 'hardlink';
    this.#link[record] = hasLink ? this.#store(entry.link) : -1;
    this.#linkLength[record] = hasLink ? entry.link.length : 0;
    if (entry.sparse) this.#sparse.set(record, entry.sparse);
    return record;
  }

  typeOf(record: number): number {
    return this.#type[record] as number;
  }

  linkOf(record: number): Buffer {
    const start = this.#link[record] as number;
    return this.#text.subarray(start, start + (this.#linkLength[record] as number));
  }

  /** From now on a record stands for another one. */
  become(record: number, target: number): void {
    this.#same.set(record, target);
  }

  /** Only the records that nodes use, numbered anew. */
  pack(nodeRecords: Int32Array): PackedRecords {
    const { order, nodeRecord } = this.#used(nodeRecords);
    const count = order.length;
    const chosen = <A extends Numbers>(from: A): A => pick(order, from, count === this.#count);
    const arrays: RecordArrays = {
      size: chosen(this.#size),
      dataOffset: chosen(this.#offset),
      uid: chosen(this.#uid),
      gid: chosen(this.#gid),
      mode: chosen(this.#mode),
      type: chosen(this.#type),
      linkLength: chosen(this.#linkLength),
      ...this.#packSparse(order),
      ...this.#packBodies(order),
    };
    const link = chosen(this.#link);
    const bodies = this.bodies.size === 0 ? [] : order.flatMap((record) => this.bodies.get(record) ?? []);
    const bodyBytes = bodies.reduce((sum, body) => sum + body.length, 0);
    const text = this.#text.subarray(0, this.#textBytes);
    return { arrays, link, nodeRecord, text, count, bodies, bodyBytes };
  }

  /** The records in use, in their order, and each node's under its new number. */
  #used(nodeRecords: Int32Array): { order: number[]; nodeRecord: Int32Array } {
    const nodeRecord = nodeRecords.slice();
    const renamed = new Int32Array(this.#count);
    for (let node = 0; node < nodeRecord.length; node++) {
      const used = nodeRecord[node] as number;
      if (used < 0) continue;
      const record = this.#same.size > 0 ? (this.#same.get(used) ?? used) : used;
      nodeRecord[node] = record;
      renamed[record] = 1;
    }
    const order: number[] = [];
    for (let record = 0; record < this.#count; record++) {
      if (renamed[record] === 1) renamed[record] = order.push(record) - 1;
    }
    for (let node = 0; node < nodeRecord.length; node++) {
      const record = nodeRecord[node] as number;
      if (record >= 0) nodeRecord[node] = renamed[record] as number;
    }
    return { order, nodeRecord };
  }

  #packSparse(order: readonly number[]): Pick<RecordArrays, 'sparse' | 'sparsePieces'> {
    const sparse = new Int32Array(order.length).fill(-1);
    const pieces: number[] = [];
    if (this.#sparse.size > 0) {
      order.forEach((record, to) => {
        const map = this.#sparse.get(record);
        if (map === undefined) return;
        sparse[to] = pieces.length;
        pieces.push(map.length);
        for (const number of map) pieces.push(number);
      });
    }
    return { sparse, sparsePieces: Float64Array.from(pieces) };
  }

  #packBodies(order: readonly number[]): Pick<RecordArrays, 'bodyOffset' | 'bodyCrc'> {
    const bodyOffset = new Float64Array(order.length).fill(-1);
    const bodyCrc = new Uint32Array(order.length);
    if (this.bodies.size === 0) return { bodyOffset, bodyCrc };
    let at = 0;
    order.forEach((record, to) => {
      const body = this.bodies.get(record);
      if (body === undefined) return;
      bodyOffset[to] = at;
      bodyCrc[to] = crc32(body);
      at += body.length;
    });
    return { bodyOffset, bodyCrc };
  }

  #store(bytes: Buffer): number {
    while (this.#textBytes + bytes.length > this.#text.length) {
      this.#text = Buffer.concat([this.#text], this.#text.length * 2);
    }
    bytes.copy(this.#text, this.#textBytes);
    this.#textBytes += bytes.length;
    return this.#textBytes - bytes.length;
  }

  #grow(): void {
    const size = this.#size.length * 2;
    this.#size = grown(this.#size, new Float64Array(size));
    this.#offset = grown(this.#offset, new Float64Array(size));
    this.#uid = grown(this.#uid, new Uint32Array(size));
    this.#gid = grown(this.#gid, new Uint32Array(size));
    this.#mode = grown(this.#mode, new Uint16Array(size));
    this.#type = grown(this.#type, new Uint8Array(size));
    this.#link = grown(this.#link, new Int32Array(size));
    this.#linkLength = grown(this.#linkLength, new Uint32Array(size));
  }
}

type Numbers = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

/** The entries of these numbers, which ascend; a view where that is all of them. */
function pick<A extends Numbers>(order: readonly number[], from: A, isWhole: boolean): A {
  if (isWhole) return from.subarray(0, order.length) as A;
  const to = from.slice(0, order.length) as A;
  for (let i = 0; i < order.length; i++) to[i] = from[order[i] as number] as number;
  return to;
}
