import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/builders/image.ts';
import {
  base256,
  file,
  folder,
  hardLink,
  makeTar,
  paxRecord,
  symlink,
  type TarItem,
} from '../../../tests/builders/tar.ts';
import { OpenFile } from '../files.ts';
import { BodyCollector } from '../layer/indexer.ts';
import type { TarEntry } from './decoder.ts';
import { walkTar } from './seek.ts';
import { type TarEnd, TarStream } from './stream.ts';

const dir = temporaryFolder();

interface Seen {
  name: string;
  kind: TarEntry['kind'];
  size: number;
  link?: string;
  body?: string;
}

/** Collects entries with their bodies. */
function collector() {
  const seen: Seen[] = [];
  const entry = (found: TarEntry) => {
    const { kind, size } = found;
    const link = found.link.toString();
    const one: Seen = { name: found.name.toString(), kind, size, ...(link ? { link } : {}) };
    seen.push(one);
    if (kind !== 'file' || size > 1_000_000) return undefined;
    return new BodyCollector(found, false, (body) => {
      one.body = body.toString('latin1');
    });
  };
  return { seen, entry };
}

function readStream(bytes: Buffer, chunk: number): { seen: Seen[]; end: TarEnd } {
  const handler = collector();
  const stream = new TarStream(handler);
  for (let at = 0; at < bytes.length; at += chunk) stream.push(Buffer.from(bytes.subarray(at, at + chunk)));
  return { seen: handler.seen, end: stream.finish() };
}

function readSeeking(bytes: Buffer): { seen: Seen[]; end: TarEnd } {
  const path = join(mkdtempSync(join(dir, 'tar-')), 'x.tar');
  writeFileSync(path, bytes);
  const open = new OpenFile(path);
  const handler = collector();
  const end = walkTar({ file: open, offset: 0, size: open.size }, handler);
  open.close();
  return { seen: handler.seen, end };
}

/** Both readers, whatever the chunks, must see the same. */
function read(bytes: Buffer): { seen: Seen[]; end: TarEnd } {
  const whole = readStream(bytes, bytes.length || 1);
  for (const chunk of [1, 511, 512, 700, 4096]) expect(readStream(bytes, chunk)).toEqual(whole);
  expect(readSeeking(bytes)).toEqual(whole);
  return whole;
}

const readItems = (...items: TarItem[]) => read(makeTar(items));
const proper: TarEnd = { kind: 'end' };

describe('tar', () => {
  it('files, folders, links, and what else there is', () => {
    const { seen, end } = readItems(
      folder('etc'),
      file('etc/a', 'text'),
      file('empty', ''),
      symlink('l', 'etc/a'),
      hardLink('h', 'etc/a'),
      { name: 'fifo', type: '6' },
      { name: 'dev', type: '3' },
      { name: 'contiguous', type: '7', body: 'c' },
      file('last', 'x'.repeat(5000)),
    );
    expect(end).toEqual(proper);
    expect(seen).toEqual([
      { name: 'etc/', kind: 'directory', size: 0 },
      { name: 'etc/a', kind: 'file', size: 4, body: 'text' },
      { name: 'empty', kind: 'file', size: 0, body: '' },
      { name: 'l', kind: 'symlink', size: 0, link: 'etc/a' },
      { name: 'h', kind: 'hardlink', size: 0, link: 'etc/a' },
      { name: 'fifo', kind: 'other', size: 0 },
      { name: 'dev', kind: 'other', size: 0 },
      { name: 'contiguous', kind: 'file', size: 1, body: 'c' },
      { name: 'last', kind: 'file', size: 5000, body: 'x'.repeat(5000) },
    ]);
  });

  const long = `${'d'.repeat(90)}/${'e'.repeat(50)}/${'f'.repeat(60)}`;
  it.each<[string, TarItem]>([
    ['ustar prefix', file(long, 'x')],
    ['GNU long name', file(long, 'x', { format: 'gnu' })],
    ['PAX path', { name: 'short', body: 'x', pax: { path: long } }],
    ['GNU long name wins over PAX', { name: long, body: 'x', format: 'gnu', pax: { path: 'other' } }],
  ])('long names: %s', (_, item) => {
    expect(readItems(item, file('after', 'y'))).toEqual({
      seen: [
        { name: long, kind: 'file', size: 1, body: 'x' },
        { name: 'after', kind: 'file', size: 1, body: 'y' },
      ],
      end: proper,
    });
  });

  it.each<[string, TarItem]>([
    ['GNU long link', { name: 'l', type: '2', link: long, format: 'gnu' }],
    ['PAX linkpath', { name: 'l', type: '2', link: 'x', pax: { linkpath: long } }],
  ])('long links: %s', (_, item) => {
    expect(readItems(item).seen).toEqual([{ name: 'l', kind: 'symlink', size: 0, link: long }]);
  });

  it('a V7 name that ends with a slash is a folder, whatever size it claims', () => {
    const item: TarItem = { name: 'd/', type: '\0', format: 'v7', size: 100 };
    expect(readItems(item, file('a', 'x')).seen.map(({ kind }) => kind)).toEqual(['directory', 'file']);
  });

  it('links and devices have no data, whatever size they claim', () => {
    const { seen } = readItems(
      { ...hardLink('h', 'a'), size: 700 },
      { ...symlink('s', 'a'), size: 700 },
      file('a', 'x'),
    );
    expect(seen.map(({ name }) => name)).toEqual(['h', 's', 'a']);
  });

  it('sizes: PAX over the header, base-256', () => {
    expect(
      readItems({ name: 'a', body: 'abc', size: 0, pax: { size: '3' } }, file('b')).seen[0],
    ).toMatchObject({ body: 'abc' });
    const large = { name: 'b', body: 'abc', patch: (block: Buffer) => void base256(3n, 12).copy(block, 124) };
    expect(readItems(large).seen[0]).toMatchObject({ size: 3, body: 'abc' });
  });

  it('a global PAX header changes nothing', () => {
    const global: TarItem = { name: 'g', type: 'g', body: paxRecord('path', 'evil') };
    expect(readItems(global, file('a', 'x')).seen).toEqual([{ name: 'a', kind: 'file', size: 1, body: 'x' }]);
  });

  it('PAX records that are not as the standard says are left out', () => {
    const wrong = Buffer.concat([
      paxRecord('path', 'a\0b'),
      paxRecord('size', '1x'),
      Buffer.from('99 path=cut\n'),
    ]);
    const { seen, end } = readItems({ name: 'p', type: 'x', body: wrong }, file('a', 'xyz'));
    expect(seen).toEqual([{ name: 'a', kind: 'file', size: 3, body: 'xyz' }]);
    expect(end).toEqual(proper);
  });

  it('an empty PAX value means the header', () => {
    expect(readItems({ name: 'a', body: 'x', pax: { path: '' } }).seen[0]).toMatchObject({ name: 'a' });
  });

  const sparseWhole = `${'\0'.repeat(512)}${'A'.repeat(512)}${'\0'.repeat(1024)}${'B'.repeat(100)}`;
  const stored = 'A'.repeat(512) + 'B'.repeat(100);
  const map10 = `2\n512\n512\n2048\n100\n`.padEnd(512, '\0');
  it.each<[string, TarItem]>([
    ['GNU old', { name: 's', type: 'S', body: stored, format: 'gnu', patch: oldSparse }],
    [
      'PAX 0.1',
      {
        name: 's',
        body: stored,
        pax: { 'GNU.sparse.map': '512,512,2048,100', 'GNU.sparse.size': '2148', 'GNU.sparse.numblocks': '2' },
      },
    ],
    [
      'PAX 1.0',
      {
        name: 'GNUSparseFile.1/s',
        body: map10 + stored,
        pax: {
          'GNU.sparse.major': '1',
          'GNU.sparse.minor': '0',
          'GNU.sparse.name': 's',
          'GNU.sparse.realsize': '2148',
        },
      },
    ],
  ])('sparse files: %s', (_, item) => {
    expect(readItems(item, file('after', 'y'))).toEqual({
      seen: [
        { name: 's', kind: 'file', size: 2148, body: sparseWhole },
        { name: 'after', kind: 'file', size: 1, body: 'y' },
      ],
      end: proper,
    });
  });

  function oldSparse(block: Buffer): void {
    [512, 512, 2048, 100].forEach((value, i) => {
      block.write(`${value.toString(8).padStart(11, '0')}\0`, 386 + i * 12, 'latin1');
    });
    block.write('00000004144\0', 483, 'latin1');
  }

  it('PAX 0.0 sparse files, as old GNU tar wrote them', () => {
    const records = [
      ['GNU.sparse.size', '2148'],
      ['GNU.sparse.numblocks', '2'],
      ['GNU.sparse.offset', '512'],
      ['GNU.sparse.numbytes', '512'],
      ['GNU.sparse.offset', '2048'],
      ['GNU.sparse.numbytes', '100'],
    ].map(([key, value]) => paxRecord(key as string, value as string));
    const { seen } = readItems({ name: 'p', type: 'x', body: Buffer.concat(records) }, file('s', stored));
    expect(seen).toEqual([{ name: 's', kind: 'file', size: 2148, body: sparseWhole }]);
  });

  it.each([
    ['pieces beyond the size', '512,512,2048,9999'],
    ['pieces that go back', '2048,100,512,512'],
    ['pieces that take too little', '512,512'],
    ['no numbers', '512,x,2048,100'],
  ])('a sparse map with %s ends the reading', (_, map) => {
    const { seen, end } = readItems(file('a', 'x'), {
      name: 's',
      body: stored,
      pax: { 'GNU.sparse.map': map, 'GNU.sparse.size': '2148' },
    });
    expect(seen.map(({ name }) => name)).toEqual(['a']);
    expect(end).toMatchObject({ kind: 'damaged', reason: 'a sparse file has a wrong map' });
  });

  it('many pieces: GNU extension blocks, as this machine’s tar writes them', () => {
    const script =
      'cd "$1" && for i in $(seq 0 40); do printf "%d" $i | dd of=s bs=1 seek=$((i * 65536)) conv=notrunc 2>/dev/null; done; ls -s s';
    const where = mkdtempSync(join(dir, 'sparse-'));
    const made = spawnSync('sh', ['-c', script, 'sh', where], { encoding: 'utf8' });
    if (made.status !== 0) return;
    for (const format of [
      ['--format=gnu'],
      ['--format=posix', '--sparse-version=1.0'],
      ['--format=posix', '--sparse-version=0.1'],
    ]) {
      const { stdout } = spawnSync('tar', ['-c', '-S', ...format, '-C', where, 's'], { maxBuffer: 1 << 26 });
      const handler = {
        seen: [] as Buffer[],
        entry: (entry: TarEntry) => new BodyCollector(entry, false, (body) => handler.seen.push(body)),
      };
      const stream = new TarStream(handler);
      stream.push(stdout);
      expect(stream.finish()).toEqual(proper);
      const [body] = handler.seen;
      expect(body?.length).toBe(40 * 65536 + 2);
      expect(
        Array.from({ length: 41 }, (_, i) => body?.toString('latin1', i * 65536, i * 65536 + `${i}`.length)),
      ).toEqual(Array.from({ length: 41 }, (_, i) => `${i}`));
    }
  });

  it.each<[string, Buffer, string]>([
    ['a wrong checksum', makeTar([file('a', 'x'), file('b', 'y', { badChecksum: true })]), 'checksum'],
    [
      'a lone zero block',
      Buffer.concat([makeTar([file('a', 'x')]).subarray(0, 1536), makeTar([file('b')])]),
      'lone zero block',
    ],
    [
      'an end inside a body',
      makeTar([file('a', 'x'), file('b', 'y'.repeat(3000))]).subarray(0, 2200),
      'cut off',
    ],
    ['an end inside a header', makeTar([file('a', 'x'), file('b', 'y')]).subarray(0, 1100), 'cut off'],
    [
      'a negative size',
      makeTar([file('a', 'x'), file('b', '', { patch: (block) => void base256(-5n, 12).copy(block, 124) })]),
      'checksum',
    ],
    [
      'an absurd size',
      makeTar([
        file('a', 'x'),
        file('b', '', { patch: (block) => void base256(1n << 62n, 12).copy(block, 124) }),
      ]),
      'checksum',
    ],
    [
      'a header of 2 MiB',
      makeTar([file('a', 'x'), { name: 'p', type: 'x', body: Buffer.alloc(2 << 20) }, file('b')]),
      'a header of 2097152 bytes',
    ],
    [
      'a name of 5000 bytes',
      makeTar([file('a', 'x'), file('b'.repeat(5000), '', { format: 'gnu' })]),
      'name of more than 4096',
    ],
  ])('%s: what came before is kept', (_, bytes, reason) => {
    const { seen, end } = read(bytes);
    expect(seen[0]).toEqual({ name: 'a', kind: 'file', size: 1, body: 'x' });
    expect(seen.filter(({ body }) => body !== undefined)).toHaveLength(1);
    expect(end).toMatchObject({ kind: 'damaged', reason: expect.stringContaining(reason) });
  });

  it('an archive without its closing blocks is whole', () => {
    expect(read(makeTar([file('a', 'x')], { end: false })).end).toEqual(proper);
    expect(read(Buffer.alloc(0))).toEqual({ seen: [], end: proper });
  });

  it('what follows the end is not read', () => {
    const { seen, end } = read(Buffer.concat([makeTar([file('a', 'x')]), makeTar([file('b', 'y')])]));
    expect(seen.map(({ name }) => name)).toEqual(['a']);
    expect(end).toEqual(proper);
  });

  it('never throws, and both readers agree, on damaged archives', () => {
    const sound = makeTar([
      file('a', 'x'),
      { name: 'p', body: 'y', pax: { path: long } },
      symlink('l', 'a'),
      file('b', 'z'.repeat(900)),
    ]);
    const change = fc.record({ at: fc.nat(sound.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(sound.length), (changes, length) => {
        const bytes = Buffer.from(sound.subarray(0, length));
        for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
        const whole = readStream(bytes, bytes.length || 1);
        expect(readStream(bytes, 333)).toEqual(whole);
        expect(readSeeking(bytes)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['gnu', 'posix', 'ustar', 'v7'])('reads what GNU tar writes as %s', (format) => {
    const where = mkdtempSync(join(dir, 'gnu-'));
    writeFileSync(join(where, 'ü'), 'text');
    const { stdout, status } = spawnSync('tar', ['-c', `--format=${format}`, '-C', where, '.'], {
      maxBuffer: 1 << 24,
    });
    expect(status).toBe(0);
    expect(read(stdout).seen.map(({ name, body }) => [name, body])).toEqual([
      ['./', undefined],
      ['./ü', 'text'],
    ]);
  });
});
