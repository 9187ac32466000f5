import { type LayerIndex, nameOf } from './layer-index.ts';
import { rootNode } from './name-tree.ts';

const none: ReadonlyMap<string, number> = new Map();

/** A layer's names from the top down. A scan asks for few folders of many, so each is put together when asked for. */
export class LayerNames {
  readonly #index: LayerIndex;
  readonly #folders = new Map<number, ReadonlyMap<string, number>>();
  /** Nodes in the order of their parents; those of one begin at `#start[parent]`. Made when first needed. */
  #ordered: Int32Array | undefined;
  #start: Int32Array = new Int32Array(0);

  constructor(index: LayerIndex) {
    this.#index = index;
  }

  /** Nodes by name in a folder of this layer, without what lower layers have there. */
  children(node: number): ReadonlyMap<string, number> {
    const known = this.#folders.get(node);
    if (known) return known;
    const ordered = this.#ordered ?? this.#order();
    const from = this.#start[node] as number;
    const to = this.#start[node + 1] as number;
    if (from === to) return none;
    const children = new Map<string, number>();
    for (let at = from; at < to; at++) {
      const child = ordered[at] as number;
      children.set(nameOf(this.#index, child).toString(), child);
    }
    this.#folders.set(node, children);
    return children;
  }

  /** A counting sort by parent. */
  #order(): Int32Array {
    const { parent, nodes } = this.#index;
    const start = new Int32Array(nodes + 1);
    for (let node = rootNode + 1; node < nodes; node++) {
      const after = (parent[node] as number) + 1;
      start[after] = (start[after] as number) + 1;
    }
    for (let node = 0; node < nodes; node++)
      start[node + 1] = (start[node + 1] as number) + (start[node] as number);
    const ordered = new Int32Array(Math.max(0, nodes - 1));
    const next = start.slice();
    for (let node = rootNode + 1; node < nodes; node++) {
      const place = next[parent[node] as number] as number;
      ordered[place] = node;
      next[parent[node] as number] = place + 1;
    }
    this.#ordered = ordered;
    this.#start = start;
    return ordered;
  }
}
