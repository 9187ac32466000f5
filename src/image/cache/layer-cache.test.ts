import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/builders/image.ts';
import { file, makeTar } from '../../../tests/builders/tar.ts';
import { defaultBounds } from '../bounds.ts';
import { type IndexedLayer, LayerIndexer } from '../layer/indexer.ts';
import { keepBody } from '../layer/policy.ts';
import { TarStream } from '../tar/stream.ts';
import { LayerCache } from './layer-cache.ts';
import { trimCache } from './trim.ts';

const base = temporaryFolder();
const freshDir = () => join(mkdtempSync(join(base, 'case-')), 'cache');

function layer(...texts: string[]): IndexedLayer {
  const indexer = new LayerIndexer(defaultBounds, (path, size, mode) =>
    keepBody(path, size, mode, { executables: new Set() }),
  );
  const stream = new TarStream(indexer);
  stream.push(makeTar(texts.map((text, i) => file(`etc/${i}`, text))));
  return indexer.finish(stream.finish());
}

/** Bodies of a cached layer, in the order of its files. */
function bodies(cache: LayerCache, key: string): (string | undefined)[] | undefined {
  const found = cache.get(key);
  if (found === undefined) return undefined;
  const texts = [...found.index.type].map((type, record) =>
    type === 1 ? found.kept.read(record)?.toString() : 'folder',
  );
  found.kept.close();
  return texts;
}

const entries = (dir: string) => readdirSync(dir).map((name) => join(dir, name));

describe('LayerCache', () => {
  it('gives back what was put in, to other processes too, and only under its key', () => {
    const dir = freshDir();
    const cache = new LayerCache(dir, 1e6, 'p');
    cache.put('one', layer('a', 'bb', 'ccc'));
    cache.put('two', layer('b'));
    const other = new LayerCache(dir, 1e6, 'p');
    expect(bodies(other, 'one')).toEqual(['a', 'bb', 'ccc']);
    expect(bodies(other, 'two')).toEqual(['b']);
    expect(bodies(other, 'three')).toBeUndefined();
    expect(bodies(new LayerCache(dir, 1e6, 'another policy'), 'one')).toBeUndefined();
    expect(entries(dir).filter((path) => path.endsWith('.tmp'))).toEqual([]);
  });

  it('a damaged or cut entry counts as not there, a damaged body as not kept; both are written again', () => {
    const dir = freshDir();
    const cache = new LayerCache(dir, 1e6, 'p');
    cache.put('one', layer('first', 'second'));
    const [path = ''] = entries(dir);
    const sound = readFileSync(path);
    const flip = (at: number) => {
      const bytes = Buffer.from(sound);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    };
    for (const at of [0, 9, 20, 100]) {
      flip(at);
      expect(bodies(cache, 'one')).toBeUndefined();
    }
    flip(sound.length - 1);
    expect(bodies(cache, 'one')).toEqual(['first', undefined]);
    truncateSync(path, sound.length - 1);
    expect(bodies(cache, 'one')).toBeUndefined();
    truncateSync(path, 0);
    expect(bodies(cache, 'one')).toBeUndefined();
    cache.put('one', layer('first', 'second'));
    expect(bodies(cache, 'one')).toEqual(['first', 'second']);
  });

  it('keeps within its bound: the longest unused go first, and what was left behind', () => {
    const dir = freshDir();
    const cache = new LayerCache(dir, 1e9, 'p');
    for (const key of ['a', 'b', 'c']) cache.put(key, layer(key.repeat(10_000)));
    const [first = '', second = '', third = ''] = entries(dir);
    const now = Date.now();
    [first, second, third].forEach((path, i) => {
      utimesSync(path, now / 1000 - 100 * i, now / 1000 - 100 * i);
    });
    writeFileSync(join(dir, 'x.tmp'), '');
    trimCache(dir, statSync(first).size * 2, now + 2 * 60 * 60_000);
    expect(entries(dir).sort()).toEqual([first, second].sort());
    expect(existsSync(third)).toBe(false);
  });

  it('a folder that can not be written is a problem, not an error', () => {
    const blocked = join(mkdtempSync(join(base, 'blocked-')), 'file');
    writeFileSync(blocked, '');
    const cache = new LayerCache(join(blocked, 'cache'), 1e6, 'p');
    cache.put('one', layer('a'));
    expect(cache.problem).toMatch(/can't be written \(ENOTDIR\)/);
    expect(cache.get('one')).toBeUndefined();
  });

  it.skipIf(process.getuid === undefined)('a folder that others may write is not used', () => {
    const dir = freshDir();
    new LayerCache(dir, 1e6, 'p').put('one', layer('a'));
    chmodSync(dir, 0o777);
    const cache = new LayerCache(dir, 1e6, 'p');
    expect(cache.problem).toMatch(/writable by others/);
    expect(cache.get('one')).toBeUndefined();
  });
});
