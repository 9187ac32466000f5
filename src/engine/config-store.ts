import type { ConfigNode } from '../syntax/tree.ts';
import type { Keys } from './settings.ts';

/** All config lines of one app in reading order, and an index of the top ones by key. */
export class ConfigStore implements Keys {
  readonly nodes: ConfigNode[] = [];
  readonly #byKey = new Map<string, ConfigNode[]>();
  readonly #normal: (name: string) => string;
  readonly #everywhere = new Map<string, Selected[]>();
  #gatheredFrom = -1;

  constructor(names: 'sensitive' | 'insensitive') {
    this.#normal = names === 'insensitive' ? (name) => name.toLowerCase() : (name) => name;
  }

  /** A name as it is compared. */
  normal(name: string): string {
    return this.#normal(name);
  }

  /** Makes a top line known to `lookup`. */
  note(node: ConfigNode): void {
    const key = this.#normal(node.name);
    const same = this.#byKey.get(key);
    if (same) same.push(node);
    else this.#byKey.set(key, [node]);
  }

  /** All nodes of a name, in blocks of any depth; gathered anew when lines have come. */
  everywhere(name: string): readonly Selected[] {
    if (this.#gatheredFrom !== this.nodes.length) {
      this.#everywhere.clear();
      this.#gather(this.nodes, []);
      this.#gatheredFrom = this.nodes.length;
    }
    return this.#everywhere.get(name) ?? [];
  }

  #gather(nodes: readonly ConfigNode[], parents: readonly ConfigNode[]): void {
    for (const node of nodes) {
      const name = this.#normal(node.name);
      const same = this.#everywhere.get(name);
      if (same) same.push({ node, parents });
      else this.#everywhere.set(name, [{ node, parents }]);
      if (node.children && node.children.length > 0) this.#gather(node.children, [...parents, node]);
    }
  }

  /** The names of all top lines so far. */
  topNames(): string[] {
    return [...this.#byKey.keys()];
  }

  lookup(key: string): readonly ConfigNode[] {
    return this.#byKey.get(this.#normal(key)) ?? [];
  }

  at(path: string): readonly ConfigNode[] {
    return select(this, path).map(({ node }) => node);
  }
}

export interface Selected {
  node: ConfigNode;
  /** The blocks around it, outermost first. */
  parents: readonly ConfigNode[];
}

/** Nodes by a path of names: `http/server/listen`; `*` stands for one name, `**` for any number of blocks. */
export function select(store: ConfigStore, path: string): Selected[] {
  const parts = path.split('/').map((part) => store.normal(part));
  const [first, last = '*'] = parts;
  if (first === '**' && parts.length === 2 && last !== '*') return [...store.everywhere(last)];
  const found: Selected[] = [];
  walk(store, store.nodes, parts, [], found);
  return found;
}

function walk(
  store: ConfigStore,
  nodes: readonly ConfigNode[],
  parts: readonly string[],
  parents: readonly ConfigNode[],
  found: Selected[],
): void {
  const [part, ...rest] = parts;
  if (part === '**') walk(store, nodes, rest, parents, found);
  for (const node of nodes) {
    if (part === '**') {
      if (node.children) walk(store, node.children, parts, [...parents, node], found);
    } else if (part === '*' || store.normal(node.name) === part) {
      if (rest.length === 0) found.push({ node, parents });
      else if (node.children) walk(store, node.children, rest, [...parents, node], found);
    }
  }
}
