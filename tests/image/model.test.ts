import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultBounds } from '../../src/image/bounds.ts';
import { LayerIndexer } from '../../src/image/layer/indexer.ts';
import { MemoryBodies } from '../../src/image/layer/kept-bodies.ts';
import { Layer } from '../../src/image/layer/layer.ts';
import { packIndex, unpackIndex } from '../../src/image/layer/layer-index.ts';
import { keepBody } from '../../src/image/layer/policy.ts';
import { MergedTree } from '../../src/image/merged-tree.ts';
import { TarStream } from '../../src/image/tar/stream.ts';
import { file, makeTar, symlink, type TarItem } from '../builders/tar.ts';
import { modelTree } from './model.ts';
import { see } from './see.ts';

function layerOf(items: readonly TarItem[]): Layer {
  const indexer = new LayerIndexer(defaultBounds, (path, size, mode) =>
    keepBody(path, size, mode, { executables: new Set() }),
  );
  const stream = new TarStream(indexer);
  stream.push(makeTar(items));
  const { index, bodies } = indexer.finish(stream.finish());
  // As a cached layer comes back.
  const again = unpackIndex(packIndex(index)) ?? index;
  return new Layer('layer', again, { kept: new MemoryBodies(again, bodies) });
}

const part = fc.constantFrom('a', 'b', 'c', '.wh.a', '.wh.b', '..', '.', '');
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const item: fc.Arbitrary<TarItem> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(name, fc.constantFrom('1', '2', '3')).map(([path, text]) => file(path, text)),
  },
  { weight: 2, arbitrary: name.map((path): TarItem => ({ name: path, type: '5', mode: 0o755 })) },
  { weight: 1, arbitrary: name.map((path) => file(`${path}/.wh..wh..opq`, '')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(name, fc.constantFrom('a', '/b', '../c', 'a/b', 'nowhere'))
      .map(([path, to]) => symlink(path, to)),
  },
);

describe('layers against a plain model', () => {
  it('give the same tree, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(fc.array(item, { maxLength: 12 }), { maxLength: 3 }), (layers) => {
        // `etc/` bodies are kept; here all are, as every name is short and at the top.
        const named = layers.map((items) => items.map((one) => ({ ...one, name: `etc/${one.name}` })));
        const tree = new MergedTree(named.map(layerOf));
        expect(see(tree)).toEqual(modelTree(named));
      }),
      { numRuns: 400 },
    );
  });
});
