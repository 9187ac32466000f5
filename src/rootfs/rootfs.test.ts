import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { memoryRootfs } from './memory.ts';
import { byteOrder } from './rootfs.ts';

describe('rootfs: paths', () => {
  const rootfs = memoryRootfs({
    '/etc/app/app.conf': 'x',
    '/usr/bin/app': '#!/bin/sh\n',
    '/bin': { link: 'usr/bin' },
    '/etc/absolute': { link: '/etc/app/app.conf' },
    '/etc/relative': { link: 'app/app.conf' },
    '/etc/up': { link: '../../../../etc/app/app.conf' },
    '/etc/chain': { link: 'chain2' },
    '/etc/chain2': { link: './/relative' },
    '/etc/app2': { link: 'app/' },
    '/etc/dangling': { link: '/nowhere/at/all' },
    '/etc/self': { link: 'self' },
    '/etc/ping': { link: 'pong' },
    '/etc/pong': { link: 'ping/x' },
    '/etc/empty': { link: '' },
  });

  it.each([
    ['/etc/app/app.conf', '/etc/app/app.conf'],
    ['etc//app/./app.conf', '/etc/app/app.conf'],
    ['/etc/app/../app/app.conf', '/etc/app/app.conf'],
    ['/', '/'],
    ['', '/'],
    ['/..', '/'],
    ['/../../etc/app', '/etc/app'],
    ['/etc/absolute', '/etc/app/app.conf'],
    ['/etc/relative', '/etc/app/app.conf'],
    ['/etc/up', '/etc/app/app.conf'],
    ['/etc/chain', '/etc/app/app.conf'],
    ['/bin/app', '/usr/bin/app'],
    ['/etc/app2/app.conf', '/etc/app/app.conf'],
    ['/bin/..', '/usr'],
    ['/bin/../../etc', '/etc'],
  ])('resolves %s to %s', (path, real) => expect(rootfs.resolve(path)).toBe(real));

  it.each([
    '/nowhere',
    '/etc/dangling',
    '/etc/self',
    '/etc/ping',
    '/etc/self/x',
    '/etc/app/app.conf/x',
    '/etc/app/app.conf/..',
  ])('resolves %s to nothing', (path) => {
    expect(rootfs.resolve(path)).toBeUndefined();
    expect(rootfs.find(path)).toBeUndefined();
    expect(rootfs.readText(path)).toBeUndefined();
    expect(rootfs.list(path)).toEqual([]);
  });

  it('follows as many links as Linux does and no more', () => {
    const chain = (length: number) => {
      const links = Array.from(
        { length },
        (_, i) => [`/l${i}`, { link: i + 1 < length ? `l${i + 1}` : 'file' }] as const,
      );
      return memoryRootfs({ '/file': 'x', ...Object.fromEntries(links) });
    };
    expect(chain(limits.symlinks).resolve('/l0')).toBe('/file');
    expect(chain(limits.symlinks + 1).resolve('/l0')).toBeUndefined();
  });

  it('tells files from directories through links', () => {
    expect(rootfs.isFile('/etc/chain')).toBe(true);
    expect(rootfs.isDirectory('/bin')).toBe(true);
    expect(rootfs.isFile('/bin')).toBe(false);
    expect(rootfs.isDirectory('/etc/chain')).toBe(false);
  });

  it('finds a link itself on request, in the directory that its parents lead to', () => {
    expect(rootfs.findLink('/etc/absolute')).toMatchObject({ type: 'symlink', target: '/etc/app/app.conf' });
    expect(rootfs.findLink('/bin/app')).toMatchObject({ type: 'file', path: '/usr/bin/app' });
    expect(rootfs.findLink('/etc/self')?.type).toBe('symlink');
    expect(rootfs.findLink('/')).toMatchObject({ type: 'directory', path: '/' });
    expect(rootfs.findLink('/bin/../bin/app//')).toMatchObject({ path: '/usr/bin/app' });
    expect(rootfs.findLink('/bin/..')).toMatchObject({ path: '/usr' });
    expect(rootfs.findLink('/nowhere/x')).toBeUndefined();
  });
});

describe('rootfs: reading', () => {
  it('reads whole texts, through links, and keeps a byte order mark', () => {
    const rootfs = memoryRootfs({ '/a': '\u{FEFF}é', '/b': { link: 'a' } });
    expect(rootfs.readText('/b')).toBe('\u{FEFF}é');
  });

  it('reads no more than the limit and says so', () => {
    const body = memoryRootfs({ '/a': 'abcdef' }).read('/a', 4);
    expect(body).toEqual({ bytes: Buffer.from('abcd'), truncated: true });
  });

  it('reads neither directories nor what is missing', () => {
    const rootfs = memoryRootfs({ '/d/': '' });
    expect(rootfs.read('/d')).toBeUndefined();
    expect(rootfs.read('/x')).toBeUndefined();
  });
});

describe('rootfs: glob', () => {
  const rootfs = memoryRootfs({
    '/etc/conf.d/b.conf': '',
    '/etc/conf.d/B.conf': '',
    '/etc/conf.d/a.conf': '',
    '/etc/conf.d/10-x.conf': '',
    '/etc/conf.d/.hidden.conf': '',
    '/etc/conf.d/a.conf.bak': '',
    '/etc/conf.d/sub.conf/x': '',
    '/etc/enabled/site': { link: '../conf.d/a.conf' },
    '/etc/enabled/gone': { link: '/nowhere' },
    '/etc/linked': { link: 'conf.d' },
    '/a/one/c': '',
    '/a/two/c': '',
    '/a/three': '',
  });

  it.each([
    [
      '/etc/conf.d/*.conf',
      ['10-x.conf', 'B.conf', 'a.conf', 'b.conf', 'sub.conf'].map((name) => `/etc/conf.d/${name}`),
    ],
    ['/etc/conf.d/.*', ['/etc/conf.d/.hidden.conf']],
    ['/etc/conf.d/[ab].conf', ['/etc/conf.d/a.conf', '/etc/conf.d/b.conf']],
    ['/etc/linked/?.conf', ['/etc/linked/B.conf', '/etc/linked/a.conf', '/etc/linked/b.conf']],
    ['/etc/enabled/*', ['/etc/enabled/gone', '/etc/enabled/site']],
    ['/a/*/c', ['/a/one/c', '/a/two/c']],
    ['/*/t*', ['/a/three', '/a/two']],
    ['/etc/conf.d/a.conf', ['/etc/conf.d/a.conf']],
    ['/etc/conf.d/none', []],
    ['/nowhere/*', []],
  ])('%s', (pattern, paths) => expect(rootfs.glob(pattern)).toEqual(paths));

  it('keeps `..` of the pattern and stays inside', () => {
    expect(rootfs.glob('/../a/t*')).toEqual(['/../a/three', '/../a/two']);
  });
});

describe('byteOrder', () => {
  it('sorts as strcmp does', () => {
    expect(['b', 'a', 'B', '_', '1', 'é', 'ab', '\u{1F600}', '\u{FFFD}'].sort(byteOrder)).toEqual([
      '1',
      'B',
      '_',
      'a',
      'ab',
      'b',
      'é',
      '\u{FFFD}',
      '\u{1F600}',
    ]);
  });
});
