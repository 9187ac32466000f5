import { posix } from 'node:path';
import type { TarItem } from '../builders/image.ts';

/** A plain model of unpacking and overlaying, slow and simple, to hold the real one against. */
type Node = { kind: 'file'; text: string } | { kind: 'link'; target: string } | Folder;
interface Folder {
  kind: 'folder';
  children: Map<string, Node | 'whiteout'>;
  opaque: boolean;
  /** Names whose lower part is hidden although there is something of the layer's own. */
  hidden: Set<string>;
}

const folder = (): Folder => ({ kind: 'folder', children: new Map(), opaque: false, hidden: new Set() });

/** The tree that layers of files, folders, symbolic links and whiteouts leave, as `see` shows it. */
export function modelTree(layers: readonly (readonly TarItem[])[]): Record<string, string> {
  let merged = folder();
  for (const items of layers) merged = overlay(merged, unpack(items));
  const seen: Record<string, string> = {};
  const walk = (dir: Folder, path: string) => {
    for (const [name, node] of dir.children) {
      if (node === 'whiteout') continue;
      const at = posix.join(path, name);
      seen[at] = node.kind === 'file' ? node.text : node.kind === 'link' ? `→ ${node.target}` : '/';
      if (node.kind === 'folder') walk(node, at);
    }
  };
  walk(merged, '');
  return seen;
}

function unpack(items: readonly TarItem[]): Folder {
  const root = folder();
  for (const item of items) {
    const parts = clean(String(item.name));
    const base = parts.pop();
    const parent = base === undefined ? undefined : enter(root, parts);
    if (base === undefined || parent === undefined) continue;
    if (base === '.wh..wh..opq') parent.opaque = true;
    else if (base.startsWith('.wh.')) hide(parent, base.slice(4));
    else place(parent, base, item);
  }
  return root;
}

function hide(parent: Folder, name: string): void {
  if (parent.children.has(name)) parent.hidden.add(name);
  else parent.children.set(name, 'whiteout');
}

function place(parent: Folder, base: string, item: TarItem): void {
  const old = parent.children.get(base);
  if (old === 'whiteout') parent.hidden.add(base);
  if (item.type === '5') {
    if (old === undefined || old === 'whiteout' || old.kind !== 'folder') parent.children.set(base, folder());
  } else if (item.type === '2') parent.children.set(base, { kind: 'link', target: String(item.link) });
  else parent.children.set(base, { kind: 'file', text: String(item.body) });
}

function clean(name: string): string[] {
  return posix.normalize(`/${name}`).split('/').filter(Boolean);
}

/** Walks into a folder, making what is missing and following the layer's own links. */
function enter(root: Folder, parts: readonly string[]): Folder | undefined {
  const todo = [...parts];
  let path: Folder[] = [root];
  for (let steps = 0; todo.length > 0; steps++) {
    if (steps > 500) return undefined;
    const name = todo.shift() as string;
    const at = path.at(-1) as Folder;
    if (name === '..') {
      if (path.length > 1) path.pop();
      continue;
    }
    let node = at.children.get(name);
    if (node === undefined || node === 'whiteout') {
      if (node === 'whiteout') at.hidden.add(name);
      node = folder();
      at.children.set(name, node);
    }
    if (node.kind === 'file') return undefined;
    if (node.kind === 'folder') path.push(node);
    else {
      if (node.target.startsWith('/')) path = [root];
      todo.unshift(...node.target.split('/').filter((part) => part !== '' && part !== '.'));
    }
  }
  return path.at(-1);
}

function overlay(lower: Folder, upper: Folder): Folder {
  const result = folder();
  if (!upper.opaque) for (const [name, node] of lower.children) result.children.set(name, node);
  for (const [name, node] of upper.children) {
    const below = upper.hidden.has(name) ? undefined : result.children.get(name);
    if (node === 'whiteout') result.children.delete(name);
    else if (node.kind === 'folder') {
      const base = below !== undefined && below !== 'whiteout' && below.kind === 'folder' ? below : folder();
      result.children.set(name, overlay(base, node));
    } else result.children.set(name, node);
  }
  return result;
}
