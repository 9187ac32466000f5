import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BerthwatchError } from '../../src/base/errors.ts';
import { openImage } from '../../src/image/image.ts';
import type { Image, ImageOptions } from '../../src/image/types.ts';
import { Rootfs } from '../../src/rootfs/rootfs.ts';
import {
  type Compression,
  dockerArchive,
  file,
  folder,
  hardLink,
  type ImageDescription,
  layoutFiles,
  makeTar,
  ociArchive,
  sha256,
  symlink,
  type TarItem,
  temporaryFolder,
  writeFiles,
} from '../builders/image.ts';
import { see } from './see.ts';

const dir = temporaryFolder();
const noCache: ImageOptions = { cache: { enabled: false } };

function write(bytes: Buffer): string {
  const path = join(mkdtempSync(join(dir, 'case-')), 'image.tar');
  writeFileSync(path, bytes);
  return path;
}

async function look(reference: string, options: ImageOptions = noCache) {
  const opened = await openImage(reference, options);
  const seen = see(opened.tree);
  const findings = opened.findings.map(({ id, severity }) => `${severity} ${id}`);
  await opened.close();
  return { seen, findings, messages: opened.findings.map(({ message }) => message) };
}

const image: ImageDescription = {
  layers: [
    [file('a', 'first'), file('filler', 'x'.repeat(5000))],
    [file('b', 'second'), file('more', 'y'.repeat(5000)), file('c', 'last')],
  ],
  config: { Cmd: ['/run'] },
};

describe('archives that were cut', () => {
  it.each([false, true])('a docker-archive that lost its end (layout inside: %s)', async (layout) => {
    const whole = dockerArchive(image, { layout });
    const inSecond = whole.indexOf('y'.repeat(100)) + 1000;
    const { seen, findings } = await look(write(whole.subarray(0, inSecond)));
    expect({ a: seen.a, b: seen.b, c: seen.c }).toEqual({ a: 'first', b: 'second', c: undefined });
    expect(findings).toContain('high archive-damaged');
    expect(findings).toContain('high layer-damaged');
  });

  it('an OCI archive that is cut in a layer', async () => {
    const isLayer = ([, bytes]: [string, Buffer]) => bytes.length > 4000;
    const files = [...layoutFiles([{ ...image, compression: 'none' }])];
    const sorted = [...files.filter((one) => !isLayer(one)), ...files.filter(isLayer)];
    const whole = makeTar(sorted.map(([name, body]) => file(name, body)));
    const cut = whole.indexOf('y'.repeat(100)) + 1000;
    const { seen, findings } = await look(write(whole.subarray(0, cut)));
    expect(seen.b).toBe('second');
    expect(findings).toEqual(expect.arrayContaining(['high archive-damaged', 'high layer-damaged']));
  });

  it('a compressed docker-archive that is cut', async () => {
    const noise = Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * i * 7919) >> 8));
    const described = { ...image, layers: [...image.layers, [file('noise', noise)]] };
    const packed = gzipSync(dockerArchive(described, { layout: true }));
    const { seen, findings } = await look(write(packed.subarray(0, packed.length - 3000)));
    expect(seen.c).toBe('last');
    expect(findings).toContain('high archive-damaged');
  });

  it('nothing can be read', async () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('no archive at all'),
      Buffer.alloc(5000, 'x'),
      makeTar([file('x', 'y')]),
    ]) {
      await expect(openImage(`docker-archive:${write(bytes)}`, noCache)).rejects.toBeInstanceOf(
        BerthwatchError,
      );
    }
  });

  it('never anything but a BerthwatchError, wherever it is cut or changed', async () => {
    const samples = [dockerArchive(image), ociArchive(image), gzipSync(dockerArchive(image))];
    const change = fc.record({ at: fc.nat(), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(2),
        fc.array(change, { maxLength: 3 }),
        fc.nat(),
        fc.boolean(),
        async (which, changes, cut, isCut) => {
          const bytes = Buffer.from(samples[which] as Buffer);
          for (const { at, value } of changes) bytes[at % bytes.length] = value;
          const path = write(isCut ? bytes.subarray(0, cut % bytes.length) : bytes);
          try {
            await look(path);
          } catch (error) {
            expect(error).toBeInstanceOf(BerthwatchError);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('digests', () => {
  const files = () => layoutFiles([{ ...image, compression: 'gzip' }]);
  const nameOf = (all: Map<string, Buffer>, isIt: (bytes: Buffer) => boolean) =>
    [...all].find(([name, bytes]) => name.startsWith('blobs/') && isIt(bytes))?.[0] ?? '';
  const layout = (all: Map<string, Buffer>) =>
    `oci-dir:${writeFiles(mkdtempSync(join(dir, 'layout-')), all)}`;

  it.each(['"layers"', '"rootfs"'])('a changed document is refused (%s)', async (part) => {
    const all = files();
    const name = nameOf(all, (bytes) => bytes.includes(part));
    all.set(name, Buffer.concat([all.get(name) ?? Buffer.alloc(0), Buffer.from(' ')]));
    await expect(openImage(layout(all), noCache)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('a changed layer is left out, loudly; when none is left it is an error', async () => {
    const all = files();
    const layers = [...all].filter(([, bytes]) => bytes[0] === 0x1f).map(([name]) => name);
    all.set(layers[0] ?? '', gzipSync(makeTar([file('evil', 'x')])));
    const { seen, findings, messages } = await look(layout(all));
    expect(seen.evil).toBeUndefined();
    expect(Object.keys(seen).length).toBeGreaterThan(0);
    expect(findings).toEqual(['high layer-digest-mismatch']);
    expect(messages[0]).toMatch(/^layer 1 of 2 \(sha256:[0-9a-f]{12}…\): its bytes have digest sha256:/);
    all.set(layers[1] ?? '', gzipSync(makeTar([file('evil', 'x')])));
    await expect(openImage(layout(all), noCache)).rejects.toThrow('none of its layers can be read');
  });

  it('a missing layer is told', async () => {
    const all = files();
    all.delete([...all].find(([, bytes]) => bytes[0] === 0x1f)?.[0] ?? '');
    expect((await look(layout(all))).findings).toEqual(['high layer-missing']);
  });

  it('no archive can put its own files into another image’s cache', async () => {
    const cache = { dir: join(mkdtempSync(join(dir, 'cache-')), 'c') };
    const good = files();
    const layer = nameOf(good, (bytes) => bytes[0] === 0x1f);
    const config = nameOf(good, (bytes) => bytes.includes('"rootfs"'));
    for (const evil of [makeTar([file('a', 'evil')]), gzipSync(makeTar([file('a', 'evil')]))]) {
      const manifest = [{ Config: config, RepoTags: null, Layers: [layer] }];
      const items = [
        file(config, good.get(config)),
        file(layer, evil),
        file('manifest.json', JSON.stringify(manifest)),
      ];
      const opened = await openImage(write(makeTar(items)), { cache }).catch((error: unknown) => error);
      if (!(opened instanceof Error)) await (opened as Image).close();
    }
    const { seen, findings } = await look(layout(good), { cache });
    expect({ a: seen.a, findings }).toEqual({ a: 'first', findings: [] });
  });

  it('a file that is changed in place is read anew', async () => {
    const cache = { dir: join(mkdtempSync(join(dir, 'cache-')), 'c') };
    const path = write(dockerArchive({ layers: [{ a: 'one' }] }));
    expect((await look(path, { cache })).seen).toEqual({ a: 'one' });
    writeFileSync(path, dockerArchive({ layers: [{ a: 'two' }] }));
    expect((await look(path, { cache })).seen).toEqual({ a: 'two' });
  });

  it('a blob that is changed between two scans does not come through a later load', async () => {
    const cache = { dir: join(mkdtempSync(join(dir, 'cache-')), 'c') };
    const body = 'z'.repeat(300_000);
    const all = layoutFiles([{ layers: [[file('usr/lib/x.so', body), file('etc/a', 'x')]] }]);
    const reference = layout(all);
    await look(reference, { cache });
    const name = [...all].find(([, bytes]) => bytes[0] === 0x1f)?.[0] ?? '';
    const evil = gzipSync(makeTar([file('usr/lib/x.so', body.replaceAll('z', 'e')), file('etc/a', 'x')]));
    writeFileSync(join(reference.slice('oci-dir:'.length), name), evil);
    const opened = await openImage(reference, { cache });
    opened.tree.body('/usr/lib/x.so', 1e6);
    await opened.load(opened.pending());
    expect(opened.tree.body('/usr/lib/x.so', 1e6)).toMatchObject({
      missing: 'unreadable',
      reason: expect.stringContaining('digest'),
    });
    expect(opened.findings.map(({ id }) => id)).toEqual(['layer-digest-mismatch']);
    await opened.close();
  });
});

describe('bounds', () => {
  const one = (items: TarItem[] | Buffer, compression: Compression = 'gzip') =>
    `oci-archive:${write(ociArchive({ layers: [items], compression }))}`;

  it.each<[string, ImageOptions['bounds'], string]>([
    ['a bomb', { ratio: 100, ratioAfter: 1_000_000 }, 'it inflates to more than 100 times its size'],
    ['too much', { inflatedBytes: 1_000_000 }, 'it inflates to more than 1000000 bytes'],
    ['too long', { layerTime: -1 }, 'it took more than -1 ms'],
  ])('what inflates to %s is stopped; what came before is used', async (_, bounds, message) => {
    const items = [file('etc/a', 'x'), file('bomb', Buffer.alloc(5_000_000)), file('etc/b', 'y')];
    const opened = await openImage(one(items), { ...noCache, bounds });
    expect(opened.findings).toEqual([
      expect.objectContaining({
        id: 'layer-damaged',
        severity: 'high',
        message: expect.stringContaining(message),
      }),
    ]);
    expect(opened.tree.entry('/etc/b')).toBeUndefined();
    await opened.close();
  });

  it('an archive that is a bomb as a whole fills no disk', async () => {
    const path = write(gzipSync(Buffer.alloc(5_000_000)));
    const bounds = { ratioAfter: 1_000_000 };
    await expect(openImage(path, { ...noCache, bounds })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: 'it inflates to more than 250 times its size',
    });
    await expect(openImage(path, { ...noCache, bounds: { spoolBytes: 1_000_000 } })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    expect(readdirSync(tmpdir()).filter((name) => /^berthwatch-[A-Za-z0-9]{6}$/.test(name))).toEqual([]);
  });

  it('zeros after the end of an archive are not even inflated', async () => {
    const bomb = Buffer.concat([makeTar([file('etc/a', 'x')]), Buffer.alloc(10_000_000)]);
    const { seen, findings } = await look(one(bomb), { ...noCache, bounds: { inflatedBytes: 2_000_000 } });
    expect({ seen, findings }).toEqual({ seen: { etc: '/', 'etc/a': 'x' }, findings: [] });
  });

  it.each<Compression>(['none', 'gzip'])('too many files (%s)', async (compression) => {
    const items = Array.from({ length: 3000 }, (_, i) => file(`d/${i}`, ''));
    const opened = await openImage(one(items, compression), { ...noCache, bounds: { entries: 1000 } });
    expect(opened.tree.names('/d').length).toBeLessThanOrEqual(1000);
    expect(opened.tree.names('/d').length).toBeGreaterThan(900);
    expect(opened.findings[0]?.message).toContain('the image has more than 1000 files');
    await opened.close();
  });

  it('too much of names', async () => {
    const items = Array.from({ length: 100 }, (_, i) => file(`${i}${'n'.repeat(90)}`, ''));
    const { findings, messages } = await look(one(items), { ...noCache, bounds: { nameBytes: 2000 } });
    expect(findings).toEqual(['high layer-damaged']);
    expect(messages[0]).toContain('names take more than 2000 bytes');
  });

  it('a deep or large document', async () => {
    const deep = `${'['.repeat(500)}${']'.repeat(500)}`;
    const large = `"${'x'.repeat(5 * 1024 * 1024)}"`;
    for (const text of [deep, large]) {
      await expect(openImage(write(makeTar([file('manifest.json', text)])), noCache)).rejects.toMatchObject({
        code: 'LIMIT_EXCEEDED',
      });
    }
  });

  it('fifty thousand files in bounded time and memory', async () => {
    const header = makeTar([file('d/0000000', '')], { end: false });
    const layer = Buffer.alloc(512 * 50_000 + 1024);
    for (let i = 0; i < 50_000; i++) {
      header.copy(layer, i * 512);
      const digits = `${i}`.padStart(7, '0');
      layer.write(digits, i * 512 + 2, 'latin1');
      const sum = [...digits].reduce((total, digit) => total + digit.charCodeAt(0) - 48, 0);
      layer.write(
        (Number.parseInt(header.toString('latin1', 148, 154), 8) + sum).toString(8).padStart(6, '0'),
        i * 512 + 148,
      );
    }
    const opened = await openImage(one(layer), noCache);
    expect(opened.tree.entry('/d/0049999')).toMatchObject({ type: 'file' });
    expect(opened.tree.names('/d')).toHaveLength(50_000);
    await opened.close();
  });
});

describe('names and links', () => {
  it('nothing leads out of the root', async () => {
    const items = [
      file('../../outside', '1'),
      file('/absolute', '2'),
      symlink('up', '../../../..'),
      file('up/through', '3'),
      symlink('etc', '/../../etc'),
      hardLink('hard', '../../etc/passwd'),
      symlink('loop', 'loop'),
      file('loop/x', '4'),
      symlink('a', 'b'),
      symlink('b', 'a'),
    ];
    const path = write(ociArchive({ layers: [items, [file('a/x', '5')]] }));
    const opened = await openImage(path, noCache);
    const rootfs = new Rootfs(opened.tree);
    see(opened.tree);
    await opened.load(opened.pending());
    expect(see(opened.tree)).toEqual({
      outside: '1',
      absolute: '2',
      up: '→ ../../../..',
      through: '3',
      etc: '→ /../../etc',
      loop: '→ loop',
      a: '/',
      'a/x': '5',
      b: '→ a',
    });
    expect(rootfs.find('/etc/passwd')).toBeUndefined();
    expect(rootfs.find('/loop/x')).toBeUndefined();
    expect(opened.findings.map(({ id }) => id).sort()).toEqual([
      'hard-link-broken',
      'parent-not-directory',
      'path-traversal',
    ]);
    await opened.close();
  });

  it('digests and layer names are no paths', async () => {
    const secret = join(mkdtempSync(join(dir, 'secret-')), 'secret');
    writeFileSync(secret, makeTar([file('etc/shadow', 'secret')]));
    const index = { manifests: [{ digest: `sha256:../../../..${secret}`, size: 1 }] };
    const layout = writeFiles(
      mkdtempSync(join(dir, 'layout-')),
      new Map([['index.json', JSON.stringify(index)]]),
    );
    await expect(openImage(`oci-dir:${layout}`, noCache)).rejects.toMatchObject({ code: 'ARCHIVE_CORRUPT' });
    const config = JSON.stringify({ rootfs: {} });
    const manifest = [{ Config: 'c.json', Layers: [`../../../..${secret}`, secret] }];
    const items = [file('c.json', config), file('manifest.json', JSON.stringify(manifest))];
    await expect(openImage(write(makeTar(items)), noCache)).rejects.toThrow('none of its layers can be read');
  });

  it('names that are no text are shown as such', async () => {
    const name = Buffer.from([0x65, 0xff, 0xfe]);
    const { seen, findings } = await look(
      write(dockerArchive({ layers: [[{ name, body: 'x' }, folder('d')]] })),
    );
    expect(seen).toEqual({ 'e\ufffd\ufffd': 'x', d: '/' });
    expect(findings).toEqual(['low name-not-text']);
  });

  it('an archive that links its layers to each other, or in a circle', async () => {
    const layer = makeTar([file('a', 'x')]);
    const manifest = [{ Config: 'c.json', Layers: ['one/layer.tar', 'two/layer.tar', 'three/layer.tar'] }];
    const items = [
      file('c.json', '{}'),
      file('one/layer.tar', layer),
      symlink('two/layer.tar', '../one/layer.tar'),
      symlink('three/layer.tar', '../three/layer.tar'),
      file('manifest.json', JSON.stringify(manifest)),
    ];
    const { seen, findings } = await look(write(makeTar(items)));
    expect({ seen, findings }).toEqual({ seen: { a: 'x' }, findings: ['high layer-missing'] });
  });
});

describe('what is not an image', () => {
  it.each([
    ['nothing there', 'docker-archive:/nowhere/x.tar', 'SOURCE_NOT_FOUND'],
    ['nothing there', './nowhere', 'SOURCE_NOT_FOUND'],
    ['no folder', 'dir:/nowhere', 'SOURCE_NOT_FOUND'],
    ['a folder for an archive', `docker-archive:${dir}`, 'SOURCE_UNREADABLE'],
    ['a device', 'docker-archive:/dev/zero', 'SOURCE_UNREADABLE'],
    ['a file for a folder', `dir:${import.meta.filename}`, 'SOURCE_UNREADABLE'],
    ['nothing', '', 'USAGE'],
    ['nothing after the kind', 'dir:', 'USAGE'],
    ['a text', import.meta.filename, 'ARCHIVE_CORRUPT'],
  ])('%s (%s)', async (_, reference, code) => {
    await expect(openImage(reference, noCache)).rejects.toMatchObject({ name: 'BerthwatchError', code });
  });

  it('an image by its tag, and the others are told', async () => {
    const path = write(
      dockerArchive([
        { layers: [{ a: '1' }], tags: ['x/one:1'] },
        { layers: [{ a: '2' }], tags: ['x/two:2'] },
      ]),
    );
    expect(await look(`docker-archive:${path}`)).toMatchObject({
      seen: { a: '1' },
      messages: ['not read: x/two:2'],
    });
    expect((await look(`docker-archive:${path}:x/two:2`)).seen).toEqual({ a: '2' });
    expect((await look(`docker-archive:${path}:two:2`)).seen).toEqual({ a: '2' });
    await expect(openImage(`docker-archive:${path}:three`, noCache)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      next: 'choose one of: x/one:1, x/two:2',
    });
  });

  it('an index inside an index, and a platform that is all there is', async () => {
    const other: ImageDescription = { layers: [{ a: '1' }], os: 'linux', architecture: 's390x' };
    const files = layoutFiles([other], { nested: true });
    const layout = `oci-dir:${writeFiles(mkdtempSync(join(dir, 'layout-')), files)}`;
    expect(await look(layout)).toMatchObject({ seen: { a: '1' }, findings: ['info other-platform'] });
    await expect(openImage(layout, { ...noCache, platform: 'linux/amd64' })).rejects.toMatchObject({
      code: 'PLATFORM_NOT_FOUND',
    });
  });

  it('a link to an archive is followed, as the user said so', async () => {
    const path = write(dockerArchive({ layers: [{ a: '1' }] }));
    symlinkSync(path, `${path}.link`);
    expect((await look(`docker-archive:${path}.link`)).seen).toEqual({ a: '1' });
    expect(sha256(readFileSync(path))).toHaveLength(64);
  });
});
