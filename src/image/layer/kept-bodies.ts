import { crc32 } from 'node:zlib';
import type { KeptBodies } from './layer.ts';
import type { LayerIndex } from './layer-index.ts';

/** Kept bodies in memory, in the order of their offsets. */
export class MemoryBodies implements KeptBodies {
  readonly #byOffset = new Map<number, Buffer>();
  readonly #index: LayerIndex;

  constructor(index: LayerIndex, bodies: readonly Buffer[]) {
    this.#index = index;
    let at = 0;
    for (const record of keptRecords(index)) {
      const body = bodies[at++];
      if (body) this.#byOffset.set(record, body);
    }
  }

  read(record: number): Buffer | undefined {
    return this.#index.bodyOffset[record] === -1 ? undefined : this.#byOffset.get(record);
  }

  close(): void {
    this.#byOffset.clear();
  }
}

/** Kept bodies one after the other somewhere that is read at an offset, checked by their checksums. */
export class StoredBodies implements KeptBodies {
  readonly #index: LayerIndex;
  readonly #read: (buffer: Buffer, offset: number) => number;
  readonly #close: () => void;

  constructor(index: LayerIndex, read: (buffer: Buffer, offset: number) => number, close: () => void) {
    this.#index = index;
    this.#read = read;
    this.#close = close;
  }

  read(record: number): Buffer | undefined {
    const offset = this.#index.bodyOffset[record] as number;
    if (offset < 0) return undefined;
    const buffer = Buffer.alloc(this.#index.size[record] as number);
    const count = this.#read(buffer, offset);
    return count === buffer.length && crc32(buffer) === this.#index.bodyCrc[record] ? buffer : undefined;
  }

  close(): void {
    this.#close();
  }
}

/** Records whose body is kept, in the order of the bodies. */
export function keptRecords(index: LayerIndex): number[] {
  const records: number[] = [];
  index.bodyOffset.forEach((offset, record) => {
    if (offset >= 0) records.push(record);
  });
  return records;
}
