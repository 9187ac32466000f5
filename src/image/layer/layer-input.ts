import type { CachedLayer } from '../cache/layer-cache.ts';
import { chunksOf, type FileRange, readRange } from '../files.ts';
import { sniffCompression } from './inflate.ts';

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

export type OpenContent = Exclude<LayerContent, { kind: 'deferred' }>;

export async function openContent(content: LayerContent): Promise<OpenContent> {
  return content.kind === 'deferred' ? content.open() : content;
}

/** What this run learns of a layer. */
export interface LayerState {
  /** Whether this process has seen that the bytes have the digest. */
  isVerified: boolean;
  /** The layer as it is in the cache, and the bodies that were loaded since: data offset → body. */
  known: CachedLayer | undefined;
  loaded: Map<number, Buffer>;
}

/** The file part in which the layer lies as it is, so that bodies can be read at their places. */
export function plainRange(content: OpenContent): FileRange | undefined {
  if (content.kind !== 'range') return undefined;
  return sniffCompression(readRange(content.range, 6)) === 'none' ? content.range : undefined;
}

/** A layer's bytes as they are stored. */
export function contentChunks(content: OpenContent): AsyncIterable<Buffer> | Iterable<Buffer> {
  return content.kind === 'range' ? chunksOf(content.range) : content.open();
}

export function contentSize(content: OpenContent): number | undefined {
  return content.kind === 'range' ? content.range.size : content.size;
}
