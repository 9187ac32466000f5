import { describe, expect, it } from 'vitest';
import { memoryRootfs } from './memory.ts';

describe('memoryRootfs', () => {
  it('makes the directories of its files, and empty ones of paths that end in /', () => {
    const rootfs = memoryRootfs({ 'a/b/c': '', '/d/e/': '' });
    expect(rootfs.list('/')).toEqual(['a', 'd']);
    expect(rootfs.list('/a')).toEqual(['b']);
    expect(rootfs.isDirectory('/d/e')).toBe(true);
    expect(rootfs.list('/d/e')).toEqual([]);
  });

  it('gives scripts the permission to run, or what is asked for', () => {
    const rootfs = memoryRootfs({ '/s': '#!/bin/sh', '/t': 'text', '/b': { text: 'ELF', mode: 0o700 } });
    expect(['/s', '/t', '/b'].map((path) => rootfs.find(path)?.mode.toString(8))).toEqual([
      '755',
      '644',
      '700',
    ]);
  });

  it('knows sizes in bytes', () => {
    expect(memoryRootfs({ '/a': 'é' }).find('/a')?.size).toBe(2);
  });

  it('lists names in byte order', () => {
    expect(memoryRootfs({ '/b': '', '/B': '', '/.a': '', '/é': '' }).list('/')).toEqual([
      '.a',
      'B',
      'b',
      'é',
    ]);
  });

  it('does not give the body of a link or a directory', () => {
    const { tree } = memoryRootfs({ '/a/b': 'x', '/l': { link: 'a/b' } });
    expect(tree.body('/l', 10)).toHaveProperty('missing', 'unreadable');
    expect(tree.body('/a', 10)).toHaveProperty('missing', 'unreadable');
    expect(tree.names('/l')).toEqual([]);
  });
});
