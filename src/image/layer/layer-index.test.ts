import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { file, hardLink, makeTar, symlink, whiteout } from '../../../tests/builders/tar.ts';
import { defaultBounds } from '../bounds.ts';
import { TarStream } from '../tar/stream.ts';
import { LayerIndexer } from './indexer.ts';
import { packIndex, unpackIndex } from './layer-index.ts';
import { keepBody } from './policy.ts';

function indexOf(bytes: Buffer) {
  const indexer = new LayerIndexer(defaultBounds, (path, size, mode) =>
    keepBody(path, size, mode, { executables: new Set() }),
  );
  const stream = new TarStream(indexer);
  stream.push(bytes);
  return indexer.finish(stream.finish());
}

const sparse = { pax: { 'GNU.sparse.map': '512,1', 'GNU.sparse.size': '513' } };
const { index } = indexOf(
  makeTar([
    file('etc/ü', 'text', { uid: 5, gid: 6, mode: 0o600 }),
    symlink('l', 'etc/ü'),
    hardLink('h', 'elsewhere'),
    whiteout('gone'),
    file('../out', 'x'),
    file('s', 'y', sparse),
  ]),
);

describe('packed layer index', () => {
  it('comes back as it was', () => {
    expect(unpackIndex(packIndex(index))).toEqual(index);
    expect(index.notes).toEqual([
      {
        id: 'path-traversal',
        severity: 'low',
        message: '../out: the name leads out of the root; read as inside it',
      },
    ]);
  });

  it('is refused when any bit of it changed, or some of it is missing', () => {
    const packed = packIndex(index);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = new Uint8Array(packed);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        expect(unpackIndex(damaged)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
    for (let length = 0; length < packed.length; length += 7)
      expect(unpackIndex(packed.slice(0, length))).toBeUndefined();
  });
});
