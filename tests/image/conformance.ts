import { file, folder, hardLink, opaque, symlink, type TarItem, whiteout } from '../builders/image.ts';

/** Layers, and the tree that a container of them sees: path → content, `→ target`, or `/` for a folder. */
export interface ConformanceCase {
  name: string;
  layers: TarItem[][];
  tree: Record<string, string>;
  /** Why a real engine can't be asked: it refuses such a layer, or has its own way. */
  notInEngine?: string;
}

/** OCI image-spec, layer.md: "Applying Changesets", "Whiteouts", and what overlay file systems make of the rest. */
export const conformanceCases: ConformanceCase[] = [
  {
    name: 'a whiteout hides a file of a lower layer, and no other',
    layers: [[file('a/x', '1'), file('a/y', '2'), file('x', '3')], [whiteout('a/x')]],
    tree: { 'a/y': '2', x: '3', a: '/' },
  },
  {
    name: 'a whiteout hides a folder with all that is in it',
    layers: [[file('a/b/c', '1'), file('a/d', '2')], [whiteout('a/b')]],
    tree: { a: '/', 'a/d': '2' },
  },
  {
    name: 'whiteouts are names, not patterns: whoami and which stay',
    layers: [
      [
        file('usr/bin/whoami', '1'),
        file('n/node_modules/which/x', '2'),
        file('a.wh.b', '3'),
        file('xwh.y', '4'),
      ],
      [file('new', '5')],
    ],
    tree: {
      'usr/bin/whoami': '1',
      'n/node_modules/which/x': '2',
      'a.wh.b': '3',
      'xwh.y': '4',
      new: '5',
      usr: '/',
      'usr/bin': '/',
      n: '/',
      'n/node_modules': '/',
      'n/node_modules/which': '/',
    },
  },
  {
    name: 'a whiteout before or after an entry of its own layer only speaks of lower layers',
    layers: [
      [file('a', 'old'), file('b', 'old')],
      [whiteout('a'), file('a', 'new'), file('b', 'new')],
    ],
    tree: { a: 'new', b: 'new' },
  },
  {
    name: 'a folder that is hidden and made anew holds only what is new',
    layers: [
      [file('d/old', '1'), file('d/e/old', '2')],
      [whiteout('d'), folder('d'), file('d/new', '3')],
    ],
    tree: { d: '/', 'd/new': '3' },
    notInEngine: 'overlay file systems keep a whiteout and a folder of one name apart only by an opaque mark',
  },
  {
    name: 'an opaque folder hides what lower layers have in it, before or after its entries',
    layers: [
      [file('d/a', '1'), file('d/e/b', '2'), file('o', '3')],
      [folder('d'), file('d/c', '4'), opaque('d'), file('d/f', '5')],
    ],
    tree: { d: '/', 'd/c': '4', 'd/f': '5', o: '3' },
  },
  {
    name: 'a third layer sees through to what the second left',
    layers: [[file('d/a', '1'), file('d/b', '2')], [whiteout('d/a')], [file('d/a', '3')]],
    tree: { d: '/', 'd/a': '3', 'd/b': '2' },
  },
  {
    name: 'what a whiteout removed stays away when its folder is described again',
    layers: [[file('d/a', '1')], [whiteout('d')], [folder('d'), file('d/b', '2')]],
    tree: { d: '/', 'd/b': '2' },
  },
  {
    name: 'a file replaces a folder, a folder a file',
    layers: [
      [file('a/x', '1'), file('b', '2')],
      [file('a', '3'), file('b/y', '4')],
    ],
    tree: { a: '3', b: '/', 'b/y': '4' },
  },
  {
    name: 'a later entry of a layer replaces an earlier one',
    layers: [[file('a', '1'), file('d/x', '2'), file('a', '3'), symlink('l', 'a'), file('l', '4')]],
    tree: { a: '3', d: '/', 'd/x': '2', l: '4' },
    notInEngine: 'Docker refuses duplicates',
  },
  {
    name: 'hard links share content, and keep it when the other name is replaced',
    layers: [[file('a', '1'), hardLink('b', 'a'), file('c', '2'), hardLink('d', './c'), file('c', '3')]],
    tree: { a: '1', b: '1', c: '3', d: '2' },
    notInEngine: 'Docker refuses duplicates',
  },
  {
    name: 'a hard link to a link is that link',
    layers: [[file('a', '1'), symlink('l', 'a'), hardLink('m', 'l')]],
    tree: { a: '1', l: '→ a', m: '→ a' },
  },
  {
    name: 'a hard link may name a file of a lower layer, even one that its own layer replaces',
    layers: [[file('a', '1')], [hardLink('b', 'a'), whiteout('a')]],
    tree: { b: '1' },
    notInEngine: 'engines unpack a layer by itself and refuse it',
  },
  {
    name: 'links in a parent are followed inside one layer',
    layers: [
      [
        folder('usr/bin'),
        symlink('bin', 'usr/bin'),
        file('bin/x', '1'),
        symlink('abs', '/usr'),
        file('abs/y', '2'),
      ],
    ],
    tree: { usr: '/', 'usr/bin': '/', bin: '→ usr/bin', 'usr/bin/x': '1', 'usr/y': '2', abs: '→ /usr' },
  },
  {
    name: 'a folder above a link of a lower layer replaces the link',
    layers: [[file('usr/bin/a', '1'), symlink('bin', 'usr/bin')], [file('bin/x', '2')]],
    tree: { usr: '/', 'usr/bin': '/', 'usr/bin/a': '1', bin: '/', 'bin/x': '2' },
  },
  {
    name: 'a whiteout of a link leaves what it points to',
    layers: [[file('usr/bin/a', '1'), symlink('bin', 'usr/bin')], [whiteout('bin')]],
    tree: { usr: '/', 'usr/bin': '/', 'usr/bin/a': '1' },
  },
  {
    name: 'a whiteout of nothing does nothing',
    layers: [[file('a', '1')], [whiteout('b'), whiteout('c/d')]],
    tree: { a: '1', c: '/' },
  },
  {
    name: 'an opaque mark in the root hides all of the lower layers',
    layers: [
      [file('a', '1'), file('d/b', '2')],
      [file('.wh..wh..opq'), file('c', '3')],
    ],
    tree: { c: '3' },
    notInEngine: 'the root of an overlay file system can not be opaque',
  },
  {
    name: 'names are cleaned: absolute, dots, doubled slashes',
    layers: [[file('/a', '1'), file('./b', '2'), file('d//c', '3'), file('d/./e', '4'), file('d/../f', '5')]],
    tree: { a: '1', b: '2', d: '/', 'd/c': '3', 'd/e': '4', f: '5' },
  },
  {
    name: 'names with dots and doubled slashes at their end do not lead later ones astray',
    layers: [
      [
        folder('x/.'),
        file('x/a', '1'),
        folder('y//'),
        file('y/b', '2'),
        folder('z/w/..'),
        file('z/w/c', '3'),
        file('z/d', '4'),
      ],
    ],
    tree: { x: '/', 'x/a': '1', y: '/', 'y/b': '2', z: '/', 'z/w': '/', 'z/w/c': '3', 'z/d': '4' },
  },
];
