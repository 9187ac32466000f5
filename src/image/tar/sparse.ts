import { parseNumber } from './header.ts';
import { decimal, maxSparsePieces, type PaxRecords } from './pax.ts';

/** Where the stored bytes of a sparse file belong: offset and length in turn. All else is zero. */
export type SparseMap = number[];

/** Adds the pieces that an old GNU header or its extension block names; false when one of them is wrong. */
export function addOldGnuPieces(map: SparseMap, block: Buffer, start: number, count: number): boolean {
  for (let at = start; at < start + count * 24; at += 24) {
    if (block[at] === 0) return true;
    const offset = parseNumber(block, at, 12);
    const length = parseNumber(block, at + 12, 12);
    if (offset === undefined || length === undefined || map.length >= 2 * maxSparsePieces) return false;
    map.push(offset, length);
  }
  return true;
}

/** The map of GNU's PAX formats 0.0 and 0.1; undefined when the records hold none. */
export function mapOfPax(pax: PaxRecords): SparseMap | undefined {
  const text = pax.sparse.get('map')?.toString('latin1');
  if (text === undefined) return pax.sparsePieces.length > 0 ? pax.sparsePieces : undefined;
  return text.split(',', 2 * maxSparsePieces + 1).map((part) => decimal(Buffer.from(part, 'latin1')));
}

/** Whether the map is in order, inside the file, and takes exactly the stored bytes. */
export function isSoundMap(map: SparseMap, size: number, stored: number): boolean {
  if (map.length % 2 !== 0 || map.length > 2 * maxSparsePieces) return false;
  let end = 0;
  let sum = 0;
  for (let i = 0; i < map.length; i += 2) {
    const offset = map[i] as number;
    const length = map[i + 1] as number;
    if (!(offset >= end) || !(length >= 0) || !(offset + length <= size)) return false;
    end = offset + length;
    sum += length;
  }
  return sum === stored;
}

/** GNU's PAX format 1.0: decimal numbers, one a line, in the data's first blocks: count, then offset and length. */
export class SparseMapReader {
  readonly map: SparseMap = [];
  #digits = '';
  #count: number | undefined;

  /** Takes one block; `more` asks for another, `bad` ends it. */
  block(block: Buffer): 'more' | 'done' | 'bad' {
    for (const byte of block) {
      if (byte !== 0x0a) {
        this.#digits += String.fromCharCode(byte);
        if (this.#digits.length > 16) return 'bad';
        continue;
      }
      const value = decimal(Buffer.from(this.#digits, 'latin1'));
      this.#digits = '';
      if (Number.isNaN(value)) return 'bad';
      if (this.#count === undefined) this.#count = value;
      else this.map.push(value);
      if (this.#count > maxSparsePieces) return 'bad';
      if (this.map.length === 2 * this.#count) return 'done';
    }
    return 'more';
  }
}

/** Puts stored bytes where the map says; `size` is the real size, bounded by the caller. */
export function expandSparse(map: SparseMap, stored: Buffer, size: number): Buffer {
  const whole = Buffer.alloc(size);
  let from = 0;
  for (let i = 0; i < map.length; i += 2) {
    const length = map[i + 1] as number;
    stored.copy(whole, map[i] as number, from, from + length);
    from += length;
  }
  return whole;
}
