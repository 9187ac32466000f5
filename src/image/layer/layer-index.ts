import { crc32 } from 'node:zlib';
import type { Note } from './notes.ts';

/** What a record is. `hardLink`: to a file that the layer itself does not have; `link` names it. */
export const recordType = { file: 1, directory: 2, symlink: 3, other: 4, hardLink: 5 } as const;

/** `hide`: lower layers' file or folder of this name is gone; `opaque`: lower layers' content of this folder is. */
export const nodeFlag = { hide: 1, opaque: 2 } as const;

/** Node states instead of a record: a folder that is only a parent of others; nothing but a whiteout. */
export const impliedDirectory = -1;
export const onlyWhiteout = -2;

/** Changes whenever the meaning of the arrays or of what is kept changes: cached layers of others are not read. */
export const indexVersion = 1;

const magic = 0x584c5742; // "BWLX"
const headerBytes = 64;

/** The flat arrays of one layer. Parents come before children; node 0 is the root. */
export interface LayerArrays {
  /** Real size of a file. */
  size: Float64Array;
  /** Where a file's stored bytes start in the uncompressed layer. */
  dataOffset: Float64Array;
  /** Where the body starts among the kept bodies; -1 when it is not kept. */
  bodyOffset: Float64Array;
  /** Pieces of sparse files: count, then offset and length in turn; `sparse` points in. */
  sparsePieces: Float64Array;
  uid: Uint32Array;
  gid: Uint32Array;
  /** CRC-32 of the kept body. */
  bodyCrc: Uint32Array;
  /** Place of a link's target in `text`, -1 where there is none. */
  link: Int32Array;
  linkLength: Uint32Array;
  sparse: Int32Array;
  parent: Int32Array;
  record: Int32Array;
  nameStart: Uint32Array;
  mode: Uint16Array;
  nameLength: Uint16Array;
  type: Uint8Array;
  flags: Uint8Array;
  /** Names and link targets, UTF-8. */
  text: Buffer;
}

export interface LayerIndex extends LayerArrays {
  nodes: number;
  records: number;
  notes: Note[];
  /** False when the layer was damaged or a bound stopped it: what follows the damage is missing. */
  isComplete: boolean;
  /** Bytes of the kept bodies. */
  bodyBytes: number;
}

type ArrayName = Exclude<keyof LayerArrays, 'text'>;
type NumberArray = LayerArrays[ArrayName];

/** Order in the file: widest first, so that every array is aligned. `n`: one a node, `r`: a record, `s`: a piece. */
const layout: readonly [
  ArrayName,
  'n' | 'r' | 's',
  new (buffer: ArrayBuffer, at: number, count: number) => NumberArray,
][] = [
  ['size', 'r', Float64Array],
  ['dataOffset', 'r', Float64Array],
  ['bodyOffset', 'r', Float64Array],
  ['sparsePieces', 's', Float64Array],
  ['uid', 'r', Uint32Array],
  ['gid', 'r', Uint32Array],
  ['bodyCrc', 'r', Uint32Array],
  ['link', 'r', Int32Array],
  ['linkLength', 'r', Uint32Array],
  ['sparse', 'r', Int32Array],
  ['parent', 'n', Int32Array],
  ['record', 'n', Int32Array],
  ['nameStart', 'n', Uint32Array],
  ['mode', 'r', Uint16Array],
  ['nameLength', 'n', Uint16Array],
  ['type', 'r', Uint8Array],
  ['flags', 'n', Uint8Array],
];

/** One buffer that holds an index; numbers in the machine's byte order, which the magic number tells. */
export function packIndex(index: LayerIndex): Uint8Array {
  const notes = Buffer.from(JSON.stringify(index.notes));
  const parts = layout.map(([name]) => index[name]);
  const size =
    headerBytes + parts.reduce((sum, part) => sum + part.byteLength, 0) + index.text.length + notes.length;
  const bytes = new Uint8Array(size);
  let at = headerBytes;
  for (const part of [...parts, index.text, notes]) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  const words = new Uint32Array(bytes.buffer, 0, headerBytes / 4);
  const counts = [index.nodes, index.records, index.sparsePieces.length, index.text.length, notes.length];
  words.set([magic, indexVersion, ...counts, index.isComplete ? 1 : 0]);
  new Float64Array(bytes.buffer, 32, 1)[0] = index.bodyBytes;
  words[15] = crc32(bytes.subarray(headerBytes), crc32(bytes.subarray(0, 60)));
  return bytes;
}

/** Bytes that `packIndex` made, which come first in `bytes`; undefined when they are damaged or of another version. */
export function unpackIndex(bytes: Uint8Array): LayerIndex | undefined {
  if (bytes.byteLength < headerBytes || bytes.byteOffset % 8 !== 0) return undefined;
  const buffer = bytes.buffer as ArrayBuffer;
  const words = new Uint32Array(buffer, bytes.byteOffset, headerBytes / 4);
  const [found, version, nodes = 0, records = 0, pieces = 0, textBytes = 0, noteBytes = 0, complete] = words;
  if (found !== magic || version !== indexVersion) return undefined;
  const counts = { n: nodes, r: records, s: pieces };
  const arrays: Partial<Record<ArrayName, NumberArray>> = {};
  let at = bytes.byteOffset + headerBytes;
  const end = bytes.byteOffset + bytes.byteLength;
  for (const [name, per, make] of layout) {
    const bytesEach = bytesOf[name];
    if (at + counts[per] * bytesEach > end) return undefined;
    arrays[name] = new make(buffer, at, counts[per]);
    at += counts[per] * bytesEach;
  }
  if (at + textBytes + noteBytes !== end) return undefined;
  if (crc32(bytes.subarray(headerBytes), crc32(bytes.subarray(0, 60))) !== words[15]) return undefined;
  return {
    ...(arrays as unknown as LayerArrays),
    text: Buffer.from(buffer, at, textBytes),
    notes: JSON.parse(Buffer.from(buffer, at + textBytes, noteBytes).toString()) as Note[],
    nodes,
    records,
    isComplete: complete === 1,
    bodyBytes: new Float64Array(buffer, bytes.byteOffset + 32, 1)[0] as number,
  };
}

const bytesOf = Object.fromEntries(
  layout.map(([name, , make]) => [
    name,
    (make as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT,
  ]),
) as Record<ArrayName, number>;

export function linkOf(index: LayerIndex, record: number): Buffer | undefined {
  const start = index.link[record] as number;
  return start < 0 ? undefined : index.text.subarray(start, start + (index.linkLength[record] as number));
}

export function nameOf(index: LayerIndex, node: number): Buffer {
  const start = index.nameStart[node] as number;
  return index.text.subarray(start, start + (index.nameLength[node] as number));
}

/** The sparse map of a record, or undefined for an ordinary file. */
export function sparseOf(index: LayerIndex, record: number): number[] | undefined {
  const at = index.sparse[record] as number;
  return at < 0
    ? undefined
    : [...index.sparsePieces.subarray(at + 1, at + 1 + (index.sparsePieces[at] as number))];
}
