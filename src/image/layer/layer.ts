import { limits } from '../../base/limits.ts';
import type { Body } from '../../rootfs/tree.ts';
import type { FileRange } from '../files.ts';
import { expandSparse } from '../tar/sparse.ts';
import { type LayerIndex, sparseOf } from './layer-index.ts';
import type { Note } from './notes.ts';

/** Bodies that were kept when the layer was indexed. */
export interface KeptBodies {
  /** A whole body; undefined when what is stored does not fit its checksum. */
  read(record: number): Buffer | undefined;
  close(): void;
}

/** Gets bodies that were not kept: data offset → stored bytes that are enough. */
export type BodyLoader = (wanted: ReadonlyMap<number, number>) => Promise<LoadedBodies>;

export interface LoadedBodies {
  /** By data offset. Missing: the layer does not hold it (any more), or it is damaged there. */
  bodies: ReadonlyMap<number, Buffer>;
  /** Set when nothing of this layer can be trusted or read any more. */
  failure: string | undefined;
}

/** One layer of an image: its index, and its files' bodies as far as they are at hand. */
export class Layer {
  readonly label: string;
  readonly index: LayerIndex;
  readonly #kept: KeptBodies | undefined;
  readonly #plain: FileRange | undefined;
  readonly #loader: BodyLoader | undefined;
  readonly #loaded = new Map<number, Body>();

  /** `plain`: the uncompressed layer in a file, from which any body can be read at once. */
  constructor(
    label: string,
    index: LayerIndex,
    bodies: { kept?: KeptBodies | undefined; plain?: FileRange | undefined; loader?: BodyLoader | undefined },
  ) {
    this.label = label;
    this.index = index;
    this.#kept = bodies.kept;
    this.#plain = bodies.plain;
    this.#loader = bodies.loader;
  }

  get notes(): readonly Note[] {
    return this.index.notes;
  }

  body(record: number, limit: number): Body {
    const size = this.index.size[record] as number;
    if (size === 0) return { bytes: empty, truncated: false };
    const loaded = this.#loaded.get(record);
    if (loaded && ('missing' in loaded || !loaded.truncated || loaded.bytes.length >= limit))
      return clip(loaded, limit);
    const kept = (this.index.bodyOffset[record] as number) < 0 ? undefined : this.#kept?.read(record);
    if (kept) return { bytes: kept.subarray(0, limit), truncated: kept.length > limit };
    if (this.#plain) return readPlain(this.#plain, this.index, record, Math.min(limit, size));
    if (this.#loader) return { missing: 'pending', reason: 'the layer was not searched for it yet' };
    return { missing: 'unreadable', reason: `${this.label} can't be read again` };
  }

  /** Loads bodies: record → bytes that are enough. Afterwards none of them is pending. */
  async load(wanted: ReadonlyMap<number, number>): Promise<void> {
    if (this.#loader === undefined) return;
    const offsets = new Map<number, number>();
    for (const [record, limit] of wanted) {
      // What is not at the start of the data can't be had without all of it in a sparse file.
      const isSparse = (this.index.sparse[record] as number) >= 0;
      // Files of a usual size are loaded whole, so that the cache can keep them.
      const enough = isSparse ? Number.POSITIVE_INFINITY : Math.max(limit, limits.configBytes);
      offsets.set(this.index.dataOffset[record] as number, enough);
    }
    const { bodies, failure } = await this.#loader(offsets);
    for (const record of wanted.keys()) {
      const bytes = failure === undefined ? bodies.get(this.index.dataOffset[record] as number) : undefined;
      const body: Body =
        bytes === undefined
          ? { missing: 'unreadable', reason: failure ?? `${this.label} is damaged there` }
          : { bytes, truncated: bytes.length < (this.index.size[record] as number) };
      this.#loaded.set(record, body);
    }
  }

  close(): void {
    this.#kept?.close();
    this.#loaded.clear();
  }
}

const empty = new Uint8Array(0);

function clip(body: Body, limit: number): Body {
  if ('missing' in body || body.bytes.length <= limit) return body;
  return { bytes: body.bytes.subarray(0, limit), truncated: true };
}

function readPlain(range: FileRange, index: LayerIndex, record: number, wanted: number): Body {
  const size = index.size[record] as number;
  const sparse = sparseOf(index, record);
  const start = index.dataOffset[record] as number;
  const stored = sparse ? sparse.reduce((sum, value, i) => (i % 2 ? sum + value : sum), 0) : wanted;
  if (sparse && (wanted < size || stored > size)) {
    return { missing: 'unreadable', reason: 'a sparse file of more than can be read' };
  }
  const buffer = Buffer.alloc(stored);
  const available = Math.max(0, Math.min(stored, range.size - start));
  const count = range.file.read(buffer.subarray(0, available), range.offset + start);
  if (count < stored) return { missing: 'unreadable', reason: 'the archive ends before it' };
  const bytes = sparse ? expandSparse(sparse, buffer, size) : buffer;
  return { bytes, truncated: bytes.length < size };
}
