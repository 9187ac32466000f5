import { type Bounds, Budget } from '../bounds.ts';
import { type IndexedLayer, LayerIndexer } from './indexer.ts';
import type { Keeper } from './policy.ts';
import { streamLayer } from './stream-layer.ts';

export interface PassOptions {
  bounds: Bounds;
  budget?: Budget;
  keep: Keeper;
  /** As for `LayerIndexer`. */
  layerBytes?: number;
  /** Whether to compute the digest. */
  hash: boolean;
  /** The bytes end before the layer does. */
  isCut: boolean;
  /** Called before each chunk; throws to stop. */
  check?: () => void;
  /** Called with the number of bytes that were read. */
  onBytes?: (count: number) => void;
}

export interface PassResult extends IndexedLayer {
  digest: string | undefined;
}

/** Indexes a layer of any compression in one pass over its bytes, and keeps the bodies that may be needed. */
export async function indexPass(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  options: PassOptions,
): Promise<PassResult> {
  const { bounds, budget = new Budget(bounds), keep, isCut } = options;
  const indexer = new LayerIndexer(bounds, keep, budget, options.layerBytes);
  const { end, damage, digest } = await streamLayer(chunks, indexer, options);
  const cut = 'the archive is cut off inside it; its digest could not be checked';
  return { ...indexer.finish(end, isCut ? cut : damage), digest };
}
