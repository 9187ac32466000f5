import { parseEntryName } from './layer/entry-name.ts';
import type { Layer } from './layer/layer.ts';
import { impliedDirectory, linkOf, nodeFlag, onlyWhiteout, recordType } from './layer/layer-index.ts';
import { LayerNames } from './layer/layer-names.ts';
import { rootNode } from './layer/name-tree.ts';
import { type Note, Notes } from './layer/notes.ts';

/** What a container sees under one name. */
export interface MergedNode {
  /** The layer and record it is described by; record -1: a folder that nobody describes. */
  layer: number;
  record: number;
  /** A folder's nodes in the layers that add to it, highest first; undefined for anything else. */
  folders: readonly LayerNode[] | undefined;
}

interface LayerNode {
  layer: number;
  node: number;
}

/**
 * Layers on each other as an overlay file system shows them: folders merge, anything else replaces, whiteouts hide
 * what is below them. A folder above a link replaces the link: the engine unpacks a layer by itself and does not see
 * the link then. Names are merged when they are asked for: a scan looks at a few hundred of many thousands.
 */
export class Merge {
  readonly #layers: readonly Layer[];
  readonly #names: readonly LayerNames[];
  readonly root: MergedNode;

  /** `layers`: lowest first. */
  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
    this.#names = layers.map((layer) => new LayerNames(layer.index));
    this.root = this.#rootOf(layers.length);
  }

  /** What is under a name of a folder; undefined when nothing is. */
  child(folder: MergedNode, name: string): MergedNode | undefined {
    return this.#merge(folder.folders ?? [], name, 0);
  }

  names(folder: MergedNode): string[] {
    const names = new Set<string>();
    for (const { layer, node } of folder.folders ?? [])
      for (const name of this.#namesOf(layer).children(node).keys()) names.add(name);
    return [...names].filter((name) => this.child(folder, name) !== undefined);
  }

  /** The layers that have something else than a folder under a name, highest first. */
  layersOf(folder: MergedNode, name: string): number[] {
    return (folder.folders ?? []).flatMap(({ layer, node: parent }) => {
      const node = this.#namesOf(layer).children(parent).get(name);
      const record = node === undefined ? onlyWhiteout : (this.#index(layer).record[node] as number);
      return record === onlyWhiteout || this.#isFolder(layer, record) ? [] : [layer];
    });
  }

  /** Hard links to nothing, which are left out: an engine would refuse their layer. */
  notes(): Note[] {
    const notes = new Notes();
    for (const [number, { index, label }] of this.#layers.entries()) {
      for (let record = 0; record < index.records; record++) {
        if (index.type[record] !== recordType.hardLink || this.#linked(number, record)) continue;
        const target = linkOf(index, record)?.toString().slice(0, 200) ?? '';
        notes.add('hard-link-broken', 'medium', `${label}: a hard link to ${target}, which is not there`);
      }
    }
    return notes.list();
  }

  /** From the folder's node `from` downwards, what the layers say of a name, until one hides what is below. */
  #merge(folders: readonly LayerNode[], name: string, from: number): MergedNode | undefined {
    const found: LayerNode[] = [];
    for (let at = from; at < folders.length; at++) {
      const { layer, node: parent } = folders[at] as LayerNode;
      const node = this.#namesOf(layer).children(parent).get(name);
      if (node === undefined) continue;
      const record = this.#index(layer).record[node] as number;
      if (record === onlyWhiteout) break;
      if (!this.#isFolder(layer, record)) {
        const file = this.#file(layer, record);
        if (file === undefined) continue;
        if (found.length === 0) return file;
        break;
      }
      found.push({ layer, node });
      if (this.#index(layer).flags[node] !== 0)
        return this.#closed(found, () => this.#merge(folders, name, at + 1));
    }
    return found.length === 0 ? undefined : this.#closed(found, () => undefined);
  }

  /** A folder of these nodes. An opaque one that says nothing of itself keeps what lower layers say of it. */
  #closed(folders: readonly LayerNode[], below: () => MergedNode | undefined): MergedNode {
    for (const { layer, node } of folders) {
      const record = this.#index(layer).record[node] as number;
      if (record >= 0) return { layer, record, folders };
    }
    const { layer, node } = folders.at(-1) as LayerNode;
    const lower = this.#index(layer).flags[node] === nodeFlag.opaque ? below() : undefined;
    if (lower?.folders === undefined) return { layer, record: impliedDirectory, folders };
    return { layer: lower.layer, record: lower.record, folders };
  }

  #file(layer: number, record: number): MergedNode | undefined {
    if (this.#index(layer).type[record] === recordType.hardLink) return this.#linked(layer, record);
    return { layer, record, folders: undefined };
  }

  /** The file that a hard link means: one that lower layers have, before its own layer changes anything. */
  #linked(layer: number, record: number): MergedNode | undefined {
    const target = linkOf(this.#index(layer), record);
    if (target === undefined) return undefined;
    let node: MergedNode | undefined = this.#rootOf(layer);
    for (const part of parseEntryName(target).parts) {
      node = node && this.child(node, part.toString());
    }
    return node?.folders === undefined ? node : undefined;
  }

  /** The root of the layers below one. */
  #rootOf(above: number): MergedNode {
    const folders: LayerNode[] = [];
    for (let layer = above - 1; layer >= 0; layer--) {
      folders.push({ layer, node: rootNode });
      if (((this.#index(layer).flags[rootNode] as number) & nodeFlag.opaque) !== 0) break;
    }
    for (let layer = above - 1; layer >= 0; layer--) {
      const record = this.#index(layer).record[rootNode] as number;
      if (record >= 0) return { layer, record, folders };
    }
    return { layer: 0, record: impliedDirectory, folders };
  }

  #isFolder(layer: number, record: number): boolean {
    return record === impliedDirectory || this.#index(layer).type[record] === recordType.directory;
  }

  #index(layer: number) {
    return (this.#layers[layer] as Layer).index;
  }

  #namesOf(layer: number): LayerNames {
    return this.#names[layer] as LayerNames;
  }
}
