import { byteOrder } from '../rootfs/rootfs.ts';
import type { Body, FileEntry, FileTree, FileType } from '../rootfs/tree.ts';
import type { Layer } from './layer/layer.ts';
import { linkOf, recordType } from './layer/layer-index.ts';
import type { Note } from './layer/notes.ts';
import { Merge, type MergedNode } from './merge.ts';

/** Paths whose node is remembered. */
const rememberedPaths = 100_000;

/** All layers of an image as the one tree that a container sees. */
export class MergedTree implements FileTree {
  readonly #layers: readonly Layer[];
  readonly #merge: Merge;
  readonly #nodes = new Map<string, MergedNode | undefined>();
  readonly #names = new Map<MergedNode, readonly string[]>();
  readonly #pending = new Map<string, number>();

  /** `layers`: lowest first. */
  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
    this.#merge = new Merge(layers);
  }

  /** What was odd when the layers were put together. */
  notes(): Note[] {
    return this.#merge.notes();
  }

  entry(path: string): FileEntry | undefined {
    const node = this.#node(path);
    if (node === undefined) return undefined;
    const { record } = node;
    if (record < 0) return { type: 'directory', size: 0, mode: 0o755, uid: 0, gid: 0 };
    const { index } = this.#layers[node.layer] as Layer;
    const type = typeNames[index.type[record] as number] ?? 'other';
    const entry: FileEntry = {
      type,
      size: index.size[record] as number,
      mode: index.mode[record] as number,
      uid: index.uid[record] as number,
      gid: index.gid[record] as number,
    };
    return type === 'symlink' ? { ...entry, target: linkOf(index, record)?.toString() ?? '' } : entry;
  }

  names(path: string): readonly string[] {
    const node = this.#node(path);
    if (node === undefined) return [];
    const known = this.#names.get(node);
    if (known) return known;
    const names = this.#merge.names(node).sort(byteOrder);
    if (this.#names.size >= rememberedPaths) this.#names.clear();
    this.#names.set(node, names);
    return names;
  }

  body(path: string, limit: number): Body {
    const place = this.#file(path);
    if (place === undefined) return { missing: 'unreadable', reason: 'not a regular file' };
    const body = place.layer.body(place.record, limit);
    if ('missing' in body && body.missing === 'pending') {
      this.#pending.set(path, Math.max(limit, this.#pending.get(path) ?? 0));
    }
    return body;
  }

  /** The record of a regular file; links are not followed. */
  fileRecord(path: string): { layer: Layer; record: number } | undefined {
    return this.#file(path);
  }

  /** The labels of the layers that have something else than a folder there, the one that counts first. */
  layersOf(path: string): string[] {
    const slash = path.lastIndexOf('/');
    const parent = this.#node(path.slice(0, slash) || '/');
    const layers = parent ? this.#merge.layersOf(parent, path.slice(slash + 1)) : [];
    return layers.map((layer) => (this.#layers[layer] as Layer).label);
  }

  /** Files that were asked for and are not loaded yet. */
  pending(): string[] {
    return [...this.#pending.keys()];
  }

  /** Loads files, `limit` bytes of each that nobody has asked for yet. */
  async load(paths: readonly string[], limit: number): Promise<void> {
    const wanted = new Map<Layer, Map<number, number>>();
    for (const path of paths) {
      const place = this.#file(path);
      if (place === undefined) continue;
      const records = wanted.get(place.layer) ?? new Map<number, number>();
      wanted.set(place.layer, records);
      records.set(place.record, Math.max(records.get(place.record) ?? 0, this.#pending.get(path) ?? limit));
      this.#pending.delete(path);
    }
    await Promise.all([...wanted].map(([layer, records]) => layer.load(records)));
  }

  #file(path: string): { layer: Layer; record: number } | undefined {
    const node = this.#node(path);
    if (node === undefined || node.record < 0) return undefined;
    const layer = this.#layers[node.layer] as Layer;
    return layer.index.type[node.record] === recordType.file ? { layer, record: node.record } : undefined;
  }

  #node(path: string): MergedNode | undefined {
    if (path === '/') return this.#merge.root;
    if (this.#nodes.has(path)) return this.#nodes.get(path);
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? undefined : this.#node(slash === 0 ? '/' : path.slice(0, slash));
    const node = parent && this.#merge.child(parent, path.slice(slash + 1));
    if (this.#nodes.size >= rememberedPaths) this.#nodes.clear();
    this.#nodes.set(path, node);
    return node;
  }
}

const typeNames: Record<number, FileType> = {
  [recordType.file]: 'file',
  [recordType.directory]: 'directory',
  [recordType.symlink]: 'symlink',
};
