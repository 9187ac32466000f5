import { describe, expect, it } from 'vitest';
import { memoryRootfs } from './memory.ts';
import { OverlayTree } from './overlay.ts';
import { Rootfs } from './rootfs.ts';

const lower = memoryRootfs({
  '/etc/a': 'one',
  '/etc/b': 'two',
  '/etc/sub/c': 'three',
  '/link': { link: '/etc/a' },
}).tree;
const bytes = (text: string) => new TextEncoder().encode(text);

function overlay() {
  const tree = new OverlayTree(lower);
  const rootfs = new Rootfs(tree);
  return { tree, text: (path: string) => rootfs.readText(path), names: (path: string) => tree.names(path) };
}

describe('an overlay', () => {
  it('shows what lies below until it is changed', () => {
    const { tree, text, names } = overlay();
    expect(text('/link')).toBe('one');
    tree.writeFile('/etc/a', bytes('changed'), '/e.sh:3');
    tree.writeFile('/etc/new/d', bytes('made'), '/e.sh:4', 0o600);
    expect([text('/link'), text('/etc/new/d'), text('/etc/b')]).toEqual(['changed', 'made', 'two']);
    expect(names('/etc')).toEqual(['a', 'b', 'new', 'sub']);
    expect(tree.entry('/etc/a')).toMatchObject({ origin: '/e.sh:3', mode: 0o644, size: 7 });
    expect(tree.entry('/etc/new/d')).toMatchObject({ mode: 0o600 });
    expect(lower.entry('/etc/new')).toBeUndefined();
  });

  it('removes files and folders, and what is in them', () => {
    const { tree, text, names } = overlay();
    tree.writeFile('/etc/sub/new', bytes('x'), '');
    tree.remove('/etc/sub');
    expect([tree.entry('/etc/sub'), tree.entry('/etc/sub/c'), tree.entry('/etc/sub/new')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(names('/etc')).toEqual(['a', 'b']);
    tree.mkdir('/etc/sub', '');
    expect(names('/etc/sub')).toEqual([]);
    expect(text('/etc/sub/c')).toBeUndefined();
  });

  it('copies files without reading them, also copies of copies', () => {
    const { tree, text } = overlay();
    tree.copy('/etc/a', '/x/a', '/e:1');
    tree.copy('/x/a', '/x/b', '/e:2');
    tree.writeFile('/etc/a', bytes('later'), '/e:3');
    expect([text('/x/a'), text('/x/b'), tree.entry('/x/b')?.origin]).toEqual(['one', 'one', '/e:2']);
  });

  it('changes mode and owner and keeps the content', () => {
    const { tree, text } = overlay();
    tree.change('/etc/a', { mode: 0o600, uid: 5 });
    expect([text('/etc/a'), tree.entry('/etc/a')]).toMatchObject(['one', { mode: 0o600, uid: 5 }]);
    tree.change('/missing', { mode: 0 });
    expect(tree.entry('/missing')).toBeUndefined();
  });

  it('forks: neither sees the other’s changes', () => {
    const { tree, text } = overlay();
    tree.writeFile('/f', bytes('before'), '');
    const fork = tree.fork();
    tree.writeFile('/f', bytes('here'), '');
    fork.writeFile('/f', bytes('there'), '');
    fork.remove('/etc/b');
    expect([text('/f'), new Rootfs(fork).readText('/f'), text('/etc/b')]).toEqual(['here', 'there', 'two']);
  });

  it('goes back to what was saved, any number of times', () => {
    const { tree, text, names } = overlay();
    tree.writeFile('/d/f', bytes('saved'), '');
    const saved = tree.save();
    for (const next of ['first', 'second']) {
      tree.writeFile('/d/f', bytes(next), '');
      tree.writeFile('/d/g', bytes(next), '');
      tree.restore(saved);
      expect([text('/d/f'), names('/d')]).toEqual(['saved', ['f']]);
    }
  });

  it('has the same digest for the same files only', () => {
    const [one, other] = [overlay().tree, overlay().tree];
    one.writeFile('/a', bytes('x'), '/s:1');
    one.writeFile('/b', bytes('y'), '/s:2');
    other.writeFile('/b', bytes('y'), '/t:9');
    other.writeFile('/a', bytes('x'), '/t:8');
    expect(one.digest()).toBe(other.digest());
    other.change('/a', { mode: 0o755 });
    expect(one.digest()).not.toBe(other.digest());
  });
});
