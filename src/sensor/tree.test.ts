import { describe, expect, it } from 'vitest';
import { ProcessTree } from './tree.ts';

describe('ProcessTree', () => {
  it('remembers parents that ended for as long as a descendant runs', () => {
    const tree = new ProcessTree(0);
    tree.forked(1, 10);
    tree.forked(10, 11);
    tree.forked(11, 12);
    tree.ended(11);
    tree.ended(10);
    expect([12, 11, 10].map((pid) => tree.parentOf(pid))).toEqual([11, 10, 1]);
    tree.ended(12);
    expect(tree.size).toBe(0);
  });

  it('keeps the arguments of the last exec', () => {
    const tree = new ProcessTree();
    tree.forked(1, 10);
    tree.executed(10, ['sh', '/start.sh']);
    tree.executed(10, ['nginx', '-g', 'daemon off;']);
    expect(tree.argvOf(10)).toEqual(['nginx', '-g', 'daemon off;']);
    expect(tree.argvOf(11)).toBeUndefined();
    expect(tree.parentOf(11)).toBeUndefined();
  });

  it('a process that ends at once ran the program, and was in the cgroups, of the one that started it', () => {
    const tree = new ProcessTree();
    tree.forked(1, 10);
    for (const cgroup of ['/a', '/b']) tree.moved(10, cgroup);
    tree.executed(10, ['x', '-y'], '/bin/x');
    tree.forked(10, 11);
    tree.executed(10, undefined, '/bin/z');
    expect(tree.programOf(11)).toMatchObject({ argv: ['x', '-y'], file: '/bin/x' });
    expect(tree.argvOf(11)).toBeUndefined();
    expect(tree.cgroupOf(11)).toBe('0::/a\n0::/b\n');
    expect([tree.programOf(10)?.file, tree.programOf(1), tree.cgroupOf(1)]).toEqual([
      '/bin/z',
      undefined,
      '',
    ]);
  });

  it('a number that is used again is another process', () => {
    const tree = new ProcessTree();
    tree.forked(1, 10);
    tree.executed(10, ['old']);
    tree.forked(2, 10);
    expect(tree.parentOf(10)).toBe(2);
    expect(tree.argvOf(10)).toBeUndefined();
  });

  it('those that ended last are remembered for a moment', () => {
    const tree = new ProcessTree(2);
    for (const child of [10, 11, 12]) tree.forked(1, child);
    for (const child of [10, 11, 12]) tree.ended(child);
    expect([10, 11, 12].map((pid) => tree.parentOf(pid))).toEqual([undefined, 1, 1]);
    expect(tree.pids()).toEqual([]);
  });
});
