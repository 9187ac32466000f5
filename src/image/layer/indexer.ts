import { type Bounds, Budget } from '../bounds.ts';
import type { TarEntry } from '../tar/decoder.ts';
import { expandSparse } from '../tar/sparse.ts';
import type { BodySink, TarEnd, TarHandler } from '../tar/stream.ts';
import { LayerBuilder } from './builder.ts';
import type { LayerIndex } from './layer-index.ts';
import { Notes } from './notes.ts';
import type { Keeper } from './policy.ts';

/** The result of one pass over a layer. */
export interface IndexedLayer {
  index: LayerIndex;
  /** The kept bodies, in the order of their offsets. */
  bodies: Buffer[];
}

/** Thrown inside a pass when a bound of the whole layer is met; what was read until then is kept. */
export class LayerBoundError extends Error {}

/** Of usual images, compressed or not: good enough to make room. */
const bytesAFile = 8 * 1024;

/** Builds a layer's index from the entries that a tar reader finds. Pure: no I/O of its own. */
export class LayerIndexer implements TarHandler {
  readonly notes = new Notes();
  readonly #builder: LayerBuilder;
  readonly #keep: Keeper | undefined;
  readonly #bounds: Bounds;
  readonly #budget: Budget;
  #countedNodes = 0;
  #countedBytes = 0;
  #kept = 0;

  /** Without a keeper no body is kept. `layerBytes`: size of the layer as it comes, 0 where it is not known. */
  constructor(bounds: Bounds, keep: Keeper | undefined, budget: Budget = new Budget(bounds), layerBytes = 0) {
    const expected = Math.min(Math.max(1024, Math.ceil(layerBytes / bytesAFile)), 65_536);
    this.#builder = new LayerBuilder(this.notes, expected);
    this.#bounds = bounds;
    this.#keep = keep;
    this.#budget = budget;
  }

  entry(entry: TarEntry, offset: number): BodySink | undefined {
    this.#spend();
    const record = this.#builder.add(entry, offset);
    if (record === undefined || this.#keep === undefined) return undefined;
    const keep = this.#keep(plainPath(entry.name), entry.size, entry.mode);
    if (keep === 'no' || this.#kept + entry.size > this.#bounds.keptBytes) return undefined;
    return new BodyCollector(entry, keep === 'script', (body) => {
      this.#kept += body.length;
      this.#builder.setBody(record, body);
    });
  }

  #spend(): void {
    const { count, nameBytes } = this.#builder;
    this.#budget.entries -= count - this.#countedNodes;
    this.#budget.nameBytes -= nameBytes - this.#countedBytes;
    this.#countedNodes = count;
    this.#countedBytes = nameBytes;
    if (this.#budget.entries < 0)
      throw new LayerBoundError(`the image has more than ${this.#bounds.entries} files`);
    if (this.#budget.nameBytes < 0) {
      throw new LayerBoundError(`the image's names take more than ${this.#bounds.nameBytes} bytes`);
    }
  }

  /** `damage`: why reading stopped before the proper end. */
  finish(end: TarEnd, damage?: string): IndexedLayer {
    const reason = damage ?? (end.kind === 'damaged' ? `${end.reason} (at byte ${end.offset})` : undefined);
    if (reason !== undefined) {
      this.notes.add('layer-damaged', 'high', `${reason}; what follows it could not be read`);
    }
    return this.#builder.finish(reason === undefined);
  }
}

/** The name as the policy's patterns expect it. */
function plainPath(name: Buffer): string {
  return name.toString().replace(/^(\.?\/)+/, '');
}

/** Collects one body; gives up at its start when it should be a script and is none. */
export class BodyCollector implements BodySink {
  readonly #entry: Pick<TarEntry, 'sparse' | 'size' | 'stored'>;
  readonly #onlyScript: boolean;
  readonly #done: (body: Buffer) => void;
  readonly #limit: number;
  #buffer: Buffer | undefined;
  #length = 0;
  #isWanted = true;

  /** `limit`: stored bytes that are enough. */
  constructor(
    entry: Pick<TarEntry, 'sparse' | 'size' | 'stored'>,
    onlyScript: boolean,
    done: (body: Buffer) => void,
    limit: number = entry.stored,
  ) {
    this.#entry = entry;
    this.#onlyScript = onlyScript;
    this.#done = done;
    this.#limit = Math.min(entry.stored, limit);
  }

  write(chunk: Buffer): boolean {
    if (this.#buffer === undefined) {
      if (this.#onlyScript && chunk.length >= 2 && !isScript(chunk)) {
        this.#isWanted = false;
        return false;
      }
      this.#buffer = Buffer.alloc(this.#limit);
    }
    this.#length += chunk.copy(this.#buffer, this.#length);
    return this.#length < this.#limit;
  }

  end(): void {
    const stored = (this.#buffer ?? empty).subarray(0, this.#length);
    if (!this.#isWanted || (this.#onlyScript && !isScript(stored))) return;
    const { sparse, size } = this.#entry;
    this.#done(sparse ? expandSparse(sparse, stored, size) : stored);
  }
}

const empty = Buffer.alloc(0);

function isScript(bytes: Buffer): boolean {
  return bytes[0] === 0x23 && bytes[1] === 0x21;
}
