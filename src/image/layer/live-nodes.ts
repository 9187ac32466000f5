import type { LayerArrays } from './layer-index.ts';
import { type NameTree, rootNode } from './name-tree.ts';

type NodeArrays = Pick<LayerArrays, 'parent' | 'record' | 'nameStart' | 'nameLength' | 'flags'>;

/** The nodes that are still in the tree, numbered anew; parents keep coming before their children. */
export function liveNodes(tree: NameTree, record: Int32Array, flags: Uint8Array): NodeArrays {
  const total = tree.count;
  if (!tree.hasDead) return allNodes(tree, record, flags);
  const renamed = new Int32Array(total).fill(-1);
  let count = 0;
  for (let node = 0; node < total; node++) {
    const parentLives = node === rootNode || (renamed[tree.parent[node] as number] as number) >= 0;
    if (parentLives && !tree.isDead(node)) renamed[node] = count++;
  }
  const nodes = {
    parent: new Int32Array(count),
    record: new Int32Array(count),
    nameStart: new Uint32Array(count),
    nameLength: new Uint16Array(count),
    flags: new Uint8Array(count),
  };
  for (let node = 0; node < total; node++) {
    const to = renamed[node] as number;
    if (to < 0) continue;
    nodes.parent[to] = renamed[tree.parent[node] as number] as number;
    nodes.record[to] = record[node] as number;
    nodes.nameStart[to] = tree.nameStart[node] as number;
    nodes.nameLength[to] = tree.nameLength[node] as number;
    nodes.flags[to] = flags[node] as number;
  }
  return nodes;
}

function allNodes(tree: NameTree, record: Int32Array, flags: Uint8Array): NodeArrays {
  const { count } = tree;
  return {
    parent: tree.parent.subarray(0, count),
    record: record.subarray(0, count),
    nameStart: tree.nameStart.subarray(0, count),
    nameLength: tree.nameLength.subarray(0, count),
    flags: flags.subarray(0, count),
  };
}
