import { parseEntryName } from './layer/entry-name.ts';
import type { Layer } from './layer/layer.ts';
import {
  impliedDirectory,
  type LayerIndex,
  linkOf,
  nameOf,
  nodeFlag,
  onlyWhiteout,
  recordType,
} from './layer/layer-index.ts';
import { NameTree, rootNode } from './layer/name-tree.ts';
import { type Note, Notes } from './layer/notes.ts';

/** The merged names, and for each node the layer and record it comes from; record -1: a folder that nobody describes. */
export interface Merged {
  tree: NameTree;
  layer: Int32Array;
  record: Int32Array;
  notes: Note[];
}

const gone = -3;

/**
 * Puts layers on each other, lowest first, as an overlay file system shows them: folders merge, anything else
 * replaces, whiteouts hide what is below them. A folder above a link replaces the link: the engine unpacks a
 * layer by itself and does not see the link then.
 */
export function mergeLayers(layers: readonly Layer[], maxNodes = 2_000_000): Merged {
  const merge = new Merge(layers, maxNodes);
  for (const [number, layer] of layers.entries()) merge.apply(layer.index, number, layer.label);
  return merge.result();
}

class Merge {
  readonly #tree: NameTree;
  readonly #indexes: readonly LayerIndex[];
  readonly #maxNodes: number;
  readonly #notes = new Notes();
  #layer: Int32Array;
  #record: Int32Array;
  #isFull = false;

  constructor(layers: readonly Layer[], maxNodes: number) {
    this.#indexes = layers.map((layer) => layer.index);
    this.#maxNodes = maxNodes;
    const nodes = this.#indexes.reduce((sum, index) => sum + index.nodes, 0);
    this.#tree = new NameTree(nodes);
    this.#layer = new Int32Array(nodes + 1);
    this.#record = new Int32Array(nodes + 1).fill(impliedDirectory);
  }

  result(): Merged {
    return { tree: this.#tree, layer: this.#layer, record: this.#record, notes: this.#notes.list() };
  }

  apply(index: LayerIndex, number: number, label: string): void {
    const links = this.#resolveHardLinks(index, label);
    const merged = new Int32Array(index.nodes).fill(-1);
    merged[rootNode] = rootNode;
    this.#describe(rootNode, index, rootNode, number);
    if (((index.flags[rootNode] as number) & nodeFlag.opaque) !== 0) this.#empty(rootNode);
    for (let node = 1; node < index.nodes; node++) {
      const parent = merged[index.parent[node] as number] as number;
      if (parent < 0 || this.#isFull) continue;
      merged[node] = this.#applyNode(index, node, parent, number, links);
      if (this.#tree.count > this.#maxNodes) this.#stop(label);
    }
  }

  #applyNode(
    index: LayerIndex,
    node: number,
    parent: number,
    number: number,
    links: ReadonlyMap<number, Source | undefined>,
  ): number {
    const name = nameOf(index, node);
    const flags = index.flags[node] as number;
    const record = index.record[node] as number;
    const below = this.#tree.find(parent, name);
    if (record === onlyWhiteout) {
      if (below >= 0) this.#tree.remove(below);
      return gone;
    }
    const isDirectory = record === impliedDirectory || index.type[record] === recordType.directory;
    const isMerged = isDirectory && below >= 0 && flags === 0 && this.#isDirectory(below);
    if (isMerged) {
      this.#describe(below, index, node, number);
      return below;
    }
    const source = links.has(record) ? links.get(record) : { layer: number, record };
    // A link to nothing: the engine would refuse the layer.
    if (source === undefined) return gone;
    const keeps = (flags & nodeFlag.hide) === 0 && record === impliedDirectory;
    return this.#replace(parent, name, below, source, keeps);
  }

  /** `keeps`: an opaque folder that says nothing of itself keeps what lower layers say of it. */
  #replace(parent: number, name: Buffer, below: number, source: Source, keeps: boolean): number {
    const keepsOwner = keeps && below >= 0 && this.#isDirectory(below);
    const layer = keepsOwner ? (this.#layer[below] as number) : source.layer;
    const record = keepsOwner ? (this.#record[below] as number) : source.record;
    if (below >= 0) this.#tree.remove(below);
    const node = this.#tree.add(parent, name);
    this.#layer[node] = layer;
    this.#record[node] = record;
    return node;
  }

  #describe(merged: number, index: LayerIndex, node: number, number: number): void {
    const record = index.record[node] as number;
    if (record < 0) return;
    this.#layer[merged] = number;
    this.#record[merged] = record;
  }

  #empty(node: number): void {
    for (const child of this.#tree.children(node)) this.#tree.remove(child);
  }

  #isDirectory(node: number): boolean {
    const record = this.#record[node] as number;
    const index = this.#indexes[this.#layer[node] as number] as LayerIndex;
    return record === impliedDirectory || index.type[record] === recordType.directory;
  }

  /** Hard links to files that only lower layers have, looked up before this layer changes anything. */
  #resolveHardLinks(index: LayerIndex, label: string): Map<number, Source | undefined> {
    const links = new Map<number, Source | undefined>();
    for (let record = 0; record < index.records; record++) {
      if (index.type[record] !== recordType.hardLink) continue;
      const target = linkOf(index, record) ?? Buffer.alloc(0);
      const source = this.#find(target);
      links.set(record, source);
      if (source === undefined) {
        this.#notes.add(
          'hard-link-broken',
          'medium',
          `${label}: a hard link to ${target.toString().slice(0, 200)}, which is not there`,
        );
      }
    }
    return links;
  }

  #find(name: Buffer): Source | undefined {
    let node = rootNode;
    for (const part of parseEntryName(name).parts) {
      node = this.#tree.find(node, part);
      if (node < 0) return undefined;
    }
    return this.#isDirectory(node)
      ? undefined
      : { layer: this.#layer[node] as number, record: this.#record[node] as number };
  }

  #stop(label: string): void {
    this.#isFull = true;
    this.#notes.add(
      'image-too-large',
      'high',
      `${label}: the image has more than ${this.#maxNodes} files; the rest is not read`,
    );
  }
}

interface Source {
  layer: number;
  record: number;
}
