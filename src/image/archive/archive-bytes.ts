import { BerthwatchError } from '../../base/errors.ts';
import { Budget } from '../bounds.ts';
import { addFinding, type Context } from '../context.ts';
import { chunksOf, type FileRange, OpenFile, readRange } from '../files.ts';
import { type IndexedLayer, LayerBoundError, LayerIndexer } from '../layer/indexer.ts';
import { sniffCompression } from '../layer/inflate.ts';
import { MemoryBodies } from '../layer/kept-bodies.ts';
import { Layer } from '../layer/layer.ts';
import type { Keeper } from '../layer/policy.ts';
import { walkTar } from '../tar/seek.ts';
import type { ArchiveBytes } from './archive-files.ts';
import { keepDocument } from './members.ts';
import { type Spool, spool } from './spool.ts';

/**
 * Opens an archive file. One that is compressed as a whole is unpacked into a temporary file, unless the cache
 * knows its members; then only if a layer's bytes turn out to be needed. Throws BerthwatchError.
 */
export async function openArchiveBytes(path: string, context: Context): Promise<ArchiveBytes> {
  const file = new OpenFile(path);
  const range = { file, offset: 0, size: file.size };
  try {
    if (sniffCompression(readRange(range, 6)) !== 'none') return await openCompressed(range, context);
    const index = archiveLayer(indexMembers(range, path, context), range);
    const { identity } = file;
    const close = () => file.close();
    return { place: path, identity, index, range, unpack: async () => range, isTransient: false, close };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function openCompressed(packed: FileRange, context: Context): Promise<ArchiveBytes> {
  const { path, identity } = packed.file;
  let spooled: Promise<Spool> | undefined;
  const unpack = async () => {
    const about = { place: path, total: packed.size, phase: 'unpack' as const };
    spooled ??= spool(chunksOf(packed), about, context);
    const { file } = await spooled;
    return { file, offset: 0, size: file.size };
  };
  const close = () => {
    packed.file.close();
    spooled?.then((one) => one.close()).catch(() => {});
  };
  const key = identity && `archive\0${identity}`;
  const known = key ? context.cache?.get(key) : undefined;
  const common = { place: path, identity, unpack, isTransient: true, close };
  if (known)
    return { ...common, index: new Layer(path, known.index, { kept: known.kept }), range: undefined };
  const range = await unpack();
  const indexed = indexMembers(range, path, context, keepDocument);
  if (key && indexed.index.isComplete && !isDamaged(context)) context.cache?.put(key, indexed);
  return { ...common, index: archiveLayer(indexed, range), range };
}

/** Reads the headers of an archive's members, and keeps the bodies of some. Damage is told; what came before it is there. */
export function indexMembers(range: FileRange, place: string, context: Context, keep?: Keeper): IndexedLayer {
  const bounds = { ...context.bounds, entries: context.bounds.members };
  const indexer = new LayerIndexer(bounds, keep, new Budget(bounds));
  try {
    const end = walkTar(range, indexer, context.check);
    if (end.kind === 'damaged') {
      const message = `${place}: ${end.reason} (at byte ${end.offset}); read up to there`;
      addFinding(context, 'archive-damaged', 'high', message);
    }
    return indexer.finish(end);
  } catch (error) {
    if (!(error instanceof LayerBoundError)) throw error;
    throw new BerthwatchError('LIMIT_EXCEEDED', `the archive holds more than ${bounds.members} files`, {
      place,
    });
  }
}

export function archiveLayer(indexed: IndexedLayer, range: FileRange): Layer {
  return new Layer(range.file.path, indexed.index, {
    kept: new MemoryBodies(indexed.index, indexed.bodies),
    plain: range,
  });
}

/** Compressed data that is damaged is read as far as it goes, which may look like a proper end. */
function isDamaged(context: Context): boolean {
  return context.findings.some(({ id }) => id === 'archive-damaged');
}
