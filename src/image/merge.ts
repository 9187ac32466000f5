import { parseEntryName } from './layer/entry-name.ts';
import type { Layer } from './layer/layer.ts';
import {
  impliedDirectory,
  type LayerIndex,
  linkOf,
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
export function mergeLayers(layers: readonly Layer[]): Merged {
  const merge = new Merge(layers);
  for (const [number, layer] of layers.entries()) merge.apply(layer.index, number, layer.label);
  return merge.result();
}

interface Source {
  layer: number;
  record: number;
}

class Merge {
  readonly #tree: NameTree;
  readonly #indexes: readonly LayerIndex[];
  readonly #notes = new Notes();
  readonly #layer: Int32Array;
  readonly #record: Int32Array;
  /** All layers' names, one after the other, and where the present layer's begin. */
  readonly #text: Buffer;
  #textStart = 0;
  #links: ReadonlyMap<number, Source | undefined> = new Map();

  constructor(layers: readonly Layer[]) {
    this.#indexes = layers.map((layer) => layer.index);
    const nodes = 1 + this.#indexes.reduce((sum, index) => sum + index.nodes, 0);
    this.#text = Buffer.concat(this.#indexes.map((index) => index.text));
    this.#tree = new NameTree(nodes, this.#text, this.#text.length);
    this.#layer = new Int32Array(nodes);
    this.#record = new Int32Array(nodes).fill(impliedDirectory);
  }

  result(): Merged {
    return { tree: this.#tree, layer: this.#layer, record: this.#record, notes: this.#notes.list() };
  }

  apply(index: LayerIndex, number: number, label: string): void {
    this.#links = this.#resolveHardLinks(index, label);
    const merged = new Int32Array(index.nodes).fill(gone);
    merged[rootNode] = rootNode;
    this.#describe(rootNode, index, rootNode, number);
    if (((index.flags[rootNode] as number) & nodeFlag.opaque) !== 0) this.#empty(rootNode);
    for (let node = 1; node < index.nodes; node++) {
      const parent = merged[index.parent[node] as number] as number;
      if (parent >= 0) merged[node] = this.#applyNode(index, node, parent, number);
    }
    this.#textStart += index.text.length;
  }

  #applyNode(index: LayerIndex, node: number, parent: number, number: number): number {
    const start = this.#textStart + (index.nameStart[node] as number);
    const length = index.nameLength[node] as number;
    const flags = index.flags[node] as number;
    const record = index.record[node] as number;
    const below = this.#tree.find(parent, this.#text, start, length);
    if (record === onlyWhiteout) {
      if (below >= 0) this.#tree.remove(below);
      return gone;
    }
    const isDirectory = record === impliedDirectory || index.type[record] === recordType.directory;
    if (isDirectory && below >= 0 && flags === 0 && this.#isDirectory(below)) {
      this.#describe(below, index, node, number);
      return below;
    }
    if (this.#links.has(record)) return this.#addLink(record, below, parent, start, length);
    // An opaque folder that says nothing of itself keeps what lower layers say of it.
    const isOpaque = record === impliedDirectory && flags === nodeFlag.opaque;
    const keeps = isOpaque && below >= 0 && this.#isDirectory(below);
    const added = this.#replace(below, parent, start, length);
    this.#layer[added] = keeps ? (this.#layer[below] as number) : number;
    this.#record[added] = keeps ? (this.#record[below] as number) : record;
    return added;
  }

  /** A link to nothing is left out: an engine would refuse the layer. */
  #addLink(record: number, below: number, parent: number, start: number, length: number): number {
    const source = this.#links.get(record);
    if (source === undefined) return gone;
    const added = this.#replace(below, parent, start, length);
    this.#layer[added] = source.layer;
    this.#record[added] = source.record;
    return added;
  }

  #replace(below: number, parent: number, start: number, length: number): number {
    if (below >= 0) this.#tree.remove(below);
    return this.#tree.addFound(parent, this.#text, start, length);
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
}
