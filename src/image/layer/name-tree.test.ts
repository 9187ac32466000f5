import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameTree, rootNode } from './name-tree.ts';

describe('NameTree', () => {
  it('behaves like a map of maps', () => {
    const name = fc.constantFrom('a', 'b', 'cc', 'ddd', 'dddd', 'eeeee', 'ü', 'a'.repeat(300));
    const step = fc.record({ parent: fc.nat(30), name, remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const tree = new NameTree(2);
        const model = new Map<string, number>();
        for (const { parent: wanted, name, remove } of steps) {
          const parent = wanted % tree.count;
          const key = `${parent}/${name}`;
          const found = tree.find(parent, Buffer.from(name));
          expect(found).toBe(model.get(key) ?? -1);
          if (remove && found > 0) {
            tree.remove(found);
            model.delete(key);
          } else if (found < 0) {
            model.set(key, tree.add(parent, Buffer.from(name)));
          }
        }
        for (let node = 0; node < tree.count; node++) {
          const own = [...model].filter(([key]) => key.startsWith(`${node}/`)).map(([, child]) => child);
          expect(tree.children(node).sort()).toEqual(own.sort());
        }
      }),
    );
  });

  it('holds a hundred thousand names of one folder', () => {
    const tree = new NameTree();
    for (let i = 0; i < 100_000; i++) tree.add(rootNode, Buffer.from(`n${i}`));
    expect(tree.nameOf(tree.find(rootNode, Buffer.from('n77777')))).toBe('n77777');
    expect(tree.find(rootNode, Buffer.from('n100000'))).toBe(-1);
  });
});
