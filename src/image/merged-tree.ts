import { byteOrder } from '../rootfs/rootfs.ts';
import type { Body, FileEntry, FileTree, FileType } from '../rootfs/tree.ts';
import type { Layer } from './layer/layer.ts';
import { linkOf, recordType } from './layer/layer-index.ts';
import { rootNode } from './layer/name-tree.ts';
import { type Merged, mergeLayers } from './merge.ts';

/** Paths whose node is remembered. */
const rememberedPaths = 100_000;

/** All layers of an image as the one tree that a container sees. */
export class MergedTree implements FileTree {
  readonly #layers: readonly Layer[];
  readonly #merged: Merged;
  readonly #nodes = new Map<string, number>([['/', rootNode]]);
  readonly #names = new Map<number, readonly string[]>();
  readonly #pending = new Map<string, number>();

  constructor(layers: readonly Layer[], merged: Merged = mergeLayers(layers)) {
    this.#layers = layers;
    this.#merged = merged;
  }

  entry(path: string): FileEntry | undefined {
    const node = this.#node(path);
    if (node < 0) return undefined;
    const record = this.#merged.record[node] as number;
    if (record < 0) return { type: 'directory', size: 0, mode: 0o755, uid: 0, gid: 0 };
    const { index } = this.#layers[this.#merged.layer[node] as number] as Layer;
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
    if (node < 0) return [];
    const known = this.#names.get(node);
    if (known) return known;
    const names = [...this.#merged.tree.children(node)].map((child) => this.#merged.tree.nameOf(child));
    names.sort(byteOrder);
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
    const record = node < 0 ? -1 : (this.#merged.record[node] as number);
    if (record < 0) return undefined;
    const layer = this.#layers[this.#merged.layer[node] as number] as Layer;
    return layer.index.type[record] === recordType.file ? { layer, record } : undefined;
  }

  #node(path: string): number {
    const known = this.#nodes.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? -1 : this.#node(slash === 0 ? '/' : path.slice(0, slash));
    const node = parent < 0 ? -1 : this.#merged.tree.find(parent, Buffer.from(path.slice(slash + 1)));
    if (this.#nodes.size >= rememberedPaths) this.#nodes.clear();
    this.#nodes.set('/', rootNode).set(path, node);
    return node;
  }
}

const typeNames: Record<number, FileType> = {
  [recordType.file]: 'file',
  [recordType.directory]: 'directory',
  [recordType.symlink]: 'symlink',
};
