import { addFinding, type Context } from '../context.ts';
import { chunksOf, type FileRange, readRange } from '../files.ts';
import type { TarEntry } from '../tar/decoder.ts';
import { walkTar } from '../tar/seek.ts';
import type { BodySink, TarHandler } from '../tar/stream.ts';
import { BodyCollector, type IndexedLayer, LayerBoundError, LayerIndexer } from './indexer.ts';
import { sniffCompression } from './inflate.ts';
import { MemoryBodies } from './kept-bodies.ts';
import { type BodyLoader, Layer, type LoadedBodies } from './layer.ts';
import { streamLayer } from './stream-layer.ts';

/** Where a layer comes from and what is known of it. */
export interface LayerInput {
  /** For messages: `layer 2 of 3 (sha256:1234…)`. */
  label: string;
  /** The digest that its stored bytes must have; undefined where there is only a claim of the archive itself. */
  digest: string | undefined;
  /** Names these bytes for certain; undefined: not to be cached. */
  cacheKey: string | undefined;
  content: LayerContent;
}

export type LayerContent =
  /** Part of a file. `isCut`: the file ends before the part does. `isTransient`: it is gone after this run. */
  | { kind: 'range'; range: FileRange; isCut: boolean; isTransient: boolean }
  /** Comes over a connection; can be asked for more than once. */
  | { kind: 'stream'; open: () => AsyncIterable<Buffer>; size: number | undefined };

/**
 * Reads one layer: from the cache, by jumping through an uncompressed file, or in one pass over its bytes.
 * A layer that does not have its digest is dropped, with a finding.
 */
export async function readLayer(input: LayerInput, context: Context): Promise<Layer | undefined> {
  const { label, cacheKey } = input;
  const state: LayerState = { isVerified: false };
  const loader = makeLoader(input, context, state);
  const cached = cacheKey === undefined ? undefined : context.cache?.get(cacheKey);
  const plain = plainRange(input);
  if (cached) {
    const layer = new Layer(label, cached.index, { kept: cached.kept, plain, loader });
    return layer;
  }
  const indexed = plain ? seekLayer(plain, input, context) : await passLayer(input, context, state);
  if (indexed === undefined) return undefined;
  if (cacheKey !== undefined && indexed.index.isComplete) context.cache?.put(cacheKey, indexed);
  const kept = new MemoryBodies(indexed.index, indexed.bodies);
  return new Layer(label, indexed.index, { kept, plain: plain ?? readAgain(input, state), loader });
}

interface LayerState {
  /** Whether this process has seen that the bytes have the digest. */
  isVerified: boolean;
}

/** The file part in which the layer lies as it is and whose digest nobody promised. */
function plainRange({ content, digest }: LayerInput): FileRange | undefined {
  return content.kind === 'range' && digest === undefined && isPlain(content.range)
    ? content.range
    : undefined;
}

/** As above, once the digest was verified. */
function readAgain({ content }: LayerInput, state: LayerState): FileRange | undefined {
  return content.kind === 'range' && state.isVerified && isPlain(content.range) ? content.range : undefined;
}

function isPlain(range: FileRange): boolean {
  return sniffCompression(readRange(range, 6)) === 'none';
}

function seekLayer(range: FileRange, input: LayerInput, context: Context): IndexedLayer {
  const isTransient = input.content.kind === 'range' && input.content.isTransient;
  const indexer = new LayerIndexer(context.bounds, isTransient ? context.policy : undefined);
  try {
    const end = walkTar(range, indexer, context.check);
    const isCut = input.content.kind === 'range' && input.content.isCut;
    return indexer.finish(end, isCut ? 'the archive is cut off inside it' : undefined);
  } catch (error) {
    if (!(error instanceof LayerBoundError)) throw error;
    return indexer.finish({ kind: 'end' }, error.message);
  }
}

async function passLayer(
  input: LayerInput,
  context: Context,
  state: LayerState,
): Promise<IndexedLayer | undefined> {
  const indexer = new LayerIndexer(context.bounds, context.policy);
  let bytes = 0;
  const { end, damage, digest } = await streamLayer(chunks(input.content), indexer, {
    bounds: context.bounds,
    check: context.check,
    hash: input.digest !== undefined,
    onBytes: (count) => {
      bytes += count;
      context.progress({ phase: 'index', what: input.label, bytes, total: sizeOf(input.content) });
    },
  });
  const isCut = input.content.kind === 'range' && input.content.isCut;
  if (digest !== input.digest && !isCut) {
    addFinding(
      context,
      'layer-digest-mismatch',
      'high',
      `${input.label}: its bytes have digest ${digest}; it is left out`,
    );
    return undefined;
  }
  state.isVerified = digest === input.digest;
  return indexer.finish(
    end,
    isCut ? 'the archive is cut off inside it; its digest could not be checked' : damage,
  );
}

function chunks(content: LayerContent): AsyncIterable<Buffer> | Iterable<Buffer> {
  return content.kind === 'range' ? chunksOf(content.range) : content.open();
}

function sizeOf(content: LayerContent): number | undefined {
  return content.kind === 'range' ? content.range.size : content.size;
}

/** Another pass for bodies that were not kept; ends once all were seen, unless the digest must still be verified. */
function makeLoader(input: LayerInput, context: Context, state: LayerState): BodyLoader {
  return async (wanted) => {
    const finder = new BodyFinder(wanted, context.bounds.bodyBytes);
    const isOnDisk = input.content.kind === 'range';
    const hash = input.digest !== undefined && !(state.isVerified && isOnDisk);
    const { digest } = await streamLayer(chunks(input.content), finder, {
      bounds: context.bounds,
      check: context.check,
      hash,
    });
    if (hash && digest !== input.digest) {
      const failure = `${input.label}: its bytes now have digest ${digest}`;
      addFinding(context, 'layer-digest-mismatch', 'high', failure);
      return { bodies: new Map(), failure };
    }
    state.isVerified ||= hash;
    return { bodies: finder.bodies, failure: undefined } satisfies LoadedBodies;
  };
}

/** Picks bodies by where their data starts. */
class BodyFinder implements TarHandler {
  readonly bodies = new Map<number, Buffer>();
  readonly #wanted: Map<number, number>;
  readonly #limit: number;

  constructor(wanted: ReadonlyMap<number, number>, limit: number) {
    this.#wanted = new Map(wanted);
    this.#limit = limit;
  }

  get isDone(): boolean {
    return this.#wanted.size === 0;
  }

  entry(entry: TarEntry, offset: number): BodySink | undefined {
    const wanted = this.#wanted.get(offset);
    if (wanted === undefined || entry.kind !== 'file') return undefined;
    const take = (body: Buffer) => {
      this.bodies.set(offset, body);
      this.#wanted.delete(offset);
    };
    if (entry.sparse && Math.max(entry.size, entry.stored) > this.#limit) {
      this.#wanted.delete(offset);
      return undefined;
    }
    return new BodyCollector(entry, false, take, Math.min(wanted, this.#limit));
  }
}
