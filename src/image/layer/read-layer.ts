import { BerthwatchError } from '../../base/errors.ts';
import type { CachedLayer } from '../cache/layer-cache.ts';
import { addFinding, type Context } from '../context.ts';
import { chunksOf, type FileRange, readRange } from '../files.ts';
import type { TarEntry } from '../tar/decoder.ts';
import { walkTar } from '../tar/seek.ts';
import type { BodySink, TarHandler } from '../tar/stream.ts';
import { addBodies } from './add-bodies.ts';
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

/** Part of a file. */
export interface RangeContent {
  kind: 'range';
  range: FileRange;
  /** The file ends before the part does. */
  isCut: boolean;
  /** The file is gone after this run: bodies that may be needed then must be kept. */
  isTransient: boolean;
}

export type LayerContent =
  | RangeContent
  /** Costs something to get at; asked for only when the cache does not do. */
  | { kind: 'deferred'; open: () => Promise<RangeContent> }
  /** Comes over a connection; can be asked for more than once. */
  | { kind: 'stream'; open: () => AsyncIterable<Buffer>; size: number | undefined };

type OpenContent = Exclude<LayerContent, { kind: 'deferred' }>;

/**
 * Reads one layer: from the cache, by jumping through an uncompressed file, or in one pass over its bytes.
 * A layer that does not have its digest is dropped, with a finding. Throws BerthwatchError when it can't be had.
 */
export async function readLayer(input: LayerInput, context: Context): Promise<Layer | undefined> {
  const { label, cacheKey, digest } = input;
  const state: LayerState = { isVerified: false, known: undefined, loaded: new Map() };
  const loader = makeLoader(input, context, state);
  const cached = cacheKey === undefined ? undefined : context.cache?.get(cacheKey);
  if (cached) {
    context.budget.entries -= cached.index.nodes;
    context.budget.nameBytes -= cached.index.text.length;
    const plain =
      input.content.kind === 'range' && digest === undefined ? plainRange(input.content) : undefined;
    state.known = cached;
    return new Layer(label, cached.index, { kept: cached.kept, plain, loader });
  }
  const content = await opened(input.content);
  const plain = plainRange(content);
  const indexed =
    plain && content.kind === 'range' && digest === undefined
      ? seekLayer(content, context)
      : await passLayer(content, input, context, state);
  if (indexed === undefined) return undefined;
  if (cacheKey !== undefined && indexed.index.isComplete) context.cache?.put(cacheKey, indexed);
  const kept = new MemoryBodies(indexed.index, indexed.bodies);
  state.known = { index: indexed.index, kept };
  const isSafe = digest === undefined || state.isVerified;
  return new Layer(label, indexed.index, { kept, plain: isSafe ? plain : undefined, loader });
}

async function opened(content: LayerContent): Promise<OpenContent> {
  return content.kind === 'deferred' ? content.open() : content;
}

interface LayerState {
  /** Whether this process has seen that the bytes have the digest. */
  isVerified: boolean;
  /** The layer as it is in the cache, and the bodies that were loaded since: data offset → body. */
  known: CachedLayer | undefined;
  loaded: Map<number, Buffer>;
}

/** The file part in which the layer lies as it is, so that bodies can be read at their places. */
function plainRange(content: OpenContent): FileRange | undefined {
  if (content.kind !== 'range') return undefined;
  return sniffCompression(readRange(content.range, 6)) === 'none' ? content.range : undefined;
}

function seekLayer({ range, isCut, isTransient }: RangeContent, context: Context): IndexedLayer {
  const indexer = new LayerIndexer(context.bounds, isTransient ? context.keep : undefined, context.budget);
  try {
    const end = walkTar(range, indexer, context.check);
    return indexer.finish(end, isCut ? 'the archive is cut off inside it' : undefined);
  } catch (error) {
    if (!(error instanceof LayerBoundError)) throw error;
    return indexer.finish({ kind: 'end' }, error.message);
  }
}

async function passLayer(
  content: OpenContent,
  input: LayerInput,
  context: Context,
  state: LayerState,
): Promise<IndexedLayer | undefined> {
  const indexer = new LayerIndexer(context.bounds, context.keep, context.budget);
  let bytes = 0;
  const { end, damage, digest } = await streamLayer(chunks(content), indexer, {
    bounds: context.bounds,
    check: context.check,
    hash: input.digest !== undefined,
    onBytes: (count) => {
      bytes += count;
      context.progress({ phase: 'index', what: input.label, bytes, total: sizeOf(content) });
    },
  });
  const isCut = content.kind === 'range' && content.isCut;
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

function chunks(content: OpenContent): AsyncIterable<Buffer> | Iterable<Buffer> {
  return content.kind === 'range' ? chunksOf(content.range) : content.open();
}

function sizeOf(content: OpenContent): number | undefined {
  return content.kind === 'range' ? content.range.size : content.size;
}

/** Another pass for bodies that were not kept; ends once all were seen, unless the digest must still be verified. */
function makeLoader(input: LayerInput, context: Context, state: LayerState): BodyLoader {
  return async (wanted) => {
    try {
      return await loadBodies(wanted, input, context, state);
    } catch (error) {
      if (!(error instanceof BerthwatchError)) throw error;
      const failure = `${input.label}: ${error.message}`;
      addFinding(context, 'layer-missing', 'high', failure);
      return { bodies: new Map(), failure };
    }
  };
}

async function loadBodies(
  wanted: ReadonlyMap<number, number>,
  input: LayerInput,
  context: Context,
  state: LayerState,
): Promise<LoadedBodies> {
  const finder = new BodyFinder(wanted, context.bounds.bodyBytes);
  const content = await opened(input.content);
  const isOnDisk = content.kind === 'range';
  const hash = input.digest !== undefined && !(state.isVerified && isOnDisk);
  const { digest } = await streamLayer(chunks(content), finder, {
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
  remember(finder.bodies, input, context, state);
  return { bodies: finder.bodies, failure: undefined };
}

/** What was needed once will be needed the next time. */
function remember(
  bodies: ReadonlyMap<number, Buffer>,
  { cacheKey }: LayerInput,
  { cache, bounds }: Context,
  { known, loaded }: LayerState,
): void {
  if (cacheKey === undefined || cache === undefined || !known?.index.isComplete) return;
  for (const [offset, body] of bodies) loaded.set(offset, body);
  const more = addBodies(known.index, known.kept, loaded, bounds.keptBytes);
  if (more) cache.put(cacheKey, more);
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
