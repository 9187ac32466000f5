import { addFinding, type Context } from '../context.ts';
import { walkTar } from '../tar/seek.ts';
import { type IndexedLayer, LayerBoundError, LayerIndexer } from './indexer.ts';
import { MemoryBodies } from './kept-bodies.ts';
import { Layer } from './layer.ts';
import {
  contentChunks,
  contentSize,
  type LayerInput,
  type LayerState,
  type OpenContent,
  openContent,
  plainRange,
  type RangeContent,
} from './layer-input.ts';
import { makeLoader } from './load-bodies.ts';
import { indexPass } from './pass.ts';

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
  const content = await openContent(input.content);
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

function seekLayer({ range, isCut, isTransient }: RangeContent, context: Context): IndexedLayer {
  const indexer = new LayerIndexer(
    context.bounds,
    isTransient ? context.keep : undefined,
    context.budget,
    range.size,
  );
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
  let bytes = 0;
  const onBytes = (count: number) => {
    bytes += count;
    context.progress({ phase: 'index', what: input.label, bytes, total: contentSize(content) });
  };
  const isCut = content.kind === 'range' && content.isCut;
  const hash = input.digest !== undefined;
  const { digest, ...indexed } = await indexPass(contentChunks(content), {
    ...context,
    hash,
    isCut,
    onBytes,
  });
  if (digest !== input.digest && !isCut) {
    const message = `${input.label}: its bytes have digest ${digest}; it is left out`;
    addFinding(context, 'layer-digest-mismatch', 'high', message);
    return undefined;
  }
  state.isVerified = digest === input.digest;
  return indexed;
}
