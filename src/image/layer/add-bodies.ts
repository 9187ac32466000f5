import { crc32 } from 'node:zlib';
import type { IndexedLayer } from './indexer.ts';
import type { KeptBodies } from './layer.ts';
import { type LayerIndex, recordType } from './layer-index.ts';

/**
 * A layer as it would have been indexed had these bodies been kept too, so that the cache can hold them from now
 * on. `loaded`: data offset → body; those that are not whole are left out. Undefined when nothing is added.
 */
export function addBodies(
  index: LayerIndex,
  kept: KeptBodies | undefined,
  loaded: ReadonlyMap<number, Buffer>,
  maxBytes: number,
): IndexedLayer | undefined {
  const bodyOffset = new Float64Array(index.records).fill(-1);
  const bodyCrc = new Uint32Array(index.records);
  const bodies: Buffer[] = [];
  let bodyBytes = 0;
  let added = 0;
  for (let record = 0; record < index.records; record++) {
    const old = (index.bodyOffset[record] as number) < 0 ? undefined : kept?.read(record);
    const body = old ?? wholeBody(index, record, loaded);
    if (body === undefined || bodyBytes + body.length > maxBytes) continue;
    if (old === undefined) added++;
    bodyOffset[record] = bodyBytes;
    bodyCrc[record] = crc32(body);
    bodies.push(body);
    bodyBytes += body.length;
  }
  return added > 0 ? { index: { ...index, bodyOffset, bodyCrc, bodyBytes }, bodies } : undefined;
}

function wholeBody(
  index: LayerIndex,
  record: number,
  loaded: ReadonlyMap<number, Buffer>,
): Buffer | undefined {
  if (index.type[record] !== recordType.file) return undefined;
  const body = loaded.get(index.dataOffset[record] as number);
  return body !== undefined && body.length > 0 && body.length === index.size[record] ? body : undefined;
}
