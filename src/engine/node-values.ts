import type { Value } from '../pack/expressions.ts';
import type { ConfigNode } from '../syntax/tree.ts';

/** A config node as expressions see it; the names of its children are gathered only when asked for. */
export function nodeValue(node: ConfigNode): { [key: string]: Value } {
  return {
    name: node.name,
    args: node.args,
    form: node.form ?? '',
    raw: node.raw ?? '',
    get identity() {
      return identityOf(node);
    },
    get names() {
      return [...new Set((node.children ?? []).map(({ name }) => name))];
    },
    get children() {
      return (node.children ?? []).slice(0, 1_000).map(nodeValue);
    },
    get values() {
      const lines = (node.children ?? []).filter(({ children }) => children === undefined);
      return Object.fromEntries(lines.map(({ name, args }) => [name, args[0] ?? '']));
    },
  };
}

const identities = new WeakMap<ConfigNode, bigint>();
let count = 0n;

/** A number for each node: a block that is included twice is two blocks. */
function identityOf(node: ConfigNode): bigint {
  const known = identities.get(node);
  if (known !== undefined) return known;
  identities.set(node, ++count);
  return count;
}

/** The names about a node itself: `node`, its first argument `value`, the `rest` of them. */
export function nodeNames(node: ConfigNode): { [key: string]: Value } {
  return { node: nodeValue(node), value: node.args[0] ?? '', rest: node.args.slice(1) };
}

/** The blocks around a node: `parents` from outside in, and `siblings`, the first thousand in the innermost. */
export function blockNames(parents: readonly ConfigNode[]): { [key: string]: Value } {
  return {
    get parents() {
      return parents.map(nodeValue);
    },
    get siblings() {
      return (parents.at(-1)?.children ?? []).slice(0, 1_000).map(nodeValue);
    },
  };
}
