import { BerthwatchError } from '../../base/errors.ts';
import { addFinding, type Context } from '../context.ts';
import type { TarEntry } from '../tar/decoder.ts';
import type { BodySink, TarHandler } from '../tar/stream.ts';
import { addBodies } from './add-bodies.ts';
import { BodyCollector } from './indexer.ts';
import type { BodyLoader, LoadedBodies } from './layer.ts';
import { contentChunks, type LayerInput, type LayerState, openContent } from './layer-input.ts';
import { streamLayer } from './stream-layer.ts';

/** Another pass for bodies that were not kept; ends once all were seen, unless the digest must still be verified. */
export function makeLoader(input: LayerInput, context: Context, state: LayerState): BodyLoader {
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
  const content = await openContent(input.content);
  const isOnDisk = content.kind === 'range';
  const hash = input.digest !== undefined && !(state.isVerified && isOnDisk);
  const { digest } = await streamLayer(contentChunks(content), finder, {
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
