import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isSettled } from '../../src/image/files.ts';
import { openImage } from '../../src/image/image.ts';
import { Rootfs } from '../../src/rootfs/rootfs.ts';
import {
  type Compression,
  canZstd,
  dockerArchive,
  file,
  folder,
  hardLink,
  type ImageDescription,
  layoutFiles,
  ociArchive,
  symlink,
  temporaryFolder,
  whiteout,
  writeFiles,
} from '../builders/image.ts';

const dir = temporaryFolder();
const cache = { dir: join(dir, 'cache') };

const image: ImageDescription = {
  layers: [
    [
      folder('etc'),
      file('etc/app.conf', 'listen 80\n'),
      file('etc/old.conf', 'old'),
      folder('usr/bin'),
      file('usr/bin/whoami', 'ELF', { mode: 0o755 }),
      file('usr/lib/big.so', Buffer.alloc(300_000, 'x')),
      file('usr/bin/start', '#!/bin/sh\nexec app\n', { mode: 0o755 }),
      symlink('bin', 'usr/bin'),
    ],
    [
      whiteout('etc/old.conf'),
      file('etc/app.conf', 'listen 8080\n'),
      hardLink('etc/same.conf', 'etc/app.conf'),
    ],
  ],
  config: { Entrypoint: ['/usr/bin/start'], Env: ['A=1'], ExposedPorts: { '80/tcp': {} }, User: 'app' },
  tags: ['example/app:1.0'],
};

function write(name: string, bytes: Buffer): string {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
}

/** Waits until the clock has gone on from the file's time: before, the cache does not trust it. */
function settle(path: string): void {
  while (!isSettled(statSync(path, { bigint: true }), Date.now()));
}

/** Opens it and says what a scan would see. */
async function look(reference: string) {
  const opened = await openImage(reference, { cache });
  const rootfs = new Rootfs(opened.tree);
  const early = rootfs.read('/usr/lib/big.so');
  const wasPending = early !== undefined && 'missing' in early && early.missing === 'pending';
  await opened.load(opened.pending());
  const late = rootfs.read('/usr/lib/big.so');
  const seen = {
    kind: opened.source.kind,
    entrypoint: opened.config.entrypoint,
    etc: rootfs.list('/etc'),
    app: rootfs.readText('/etc/app.conf'),
    same: rootfs.readText('/etc/same.conf'),
    start: rootfs.readText('/bin/start'),
    whoami: rootfs.isFile('/bin/whoami'),
    big: late && 'bytes' in late ? late.bytes.length : late,
    pending: opened.pending(),
    findings: opened.findings.map(({ id }) => id),
  };
  await opened.close();
  return { seen, wasPending };
}

const expected = {
  entrypoint: ['/usr/bin/start'],
  etc: ['app.conf', 'same.conf'],
  app: 'listen 8080\n',
  same: 'listen 8080\n',
  start: '#!/bin/sh\nexec app\n',
  whoami: true,
  big: 300_000,
  pending: [],
  findings: [],
};

describe('openImage', () => {
  it.each([
    ['classic', 'none', false],
    ['classic', 'gzip', false],
    ['with a layout inside', 'none', true],
    ['with a layout inside', 'gzip', true],
  ] as const)('docker-archive, %s, layers %s', async (_, compression, layout) => {
    const path = write(
      `d-${compression}-${layout}.tar`,
      dockerArchive({ ...image, compression }, { layout }),
    );
    const { seen, wasPending } = await look(`docker-archive:${path}`);
    expect(seen).toEqual({ kind: 'docker-archive', ...expected });
    expect(wasPending).toBe(compression !== 'none');
    const again = await look(path);
    expect(again.seen).toEqual(seen);
  });

  it('docker-archive, gzip as a whole', async () => {
    const path = write('whole.tar.gz', gzipSync(dockerArchive(image)));
    expect((await look(`docker-archive:${path}`)).seen).toEqual({ kind: 'docker-archive', ...expected });
    expect((await look(path)).seen).toEqual({ kind: 'docker-archive', ...expected });
  });

  it('docker-archive, gzip as a whole: what the cache knows is not unpacked again', async () => {
    const path = write('twice.tar.gz', gzipSync(dockerArchive({ ...image, tags: ['other:1'] })));
    settle(path);
    const phases: string[] = [];
    for (const unpacks of [true, false]) {
      phases.length = 0;
      const opened = await openImage(path, { cache, progress: ({ phase }) => phases.push(phase) });
      expect(new Rootfs(opened.tree).readText('/etc/app.conf')).toBe('listen 8080\n');
      expect(phases.includes('unpack')).toBe(unpacks);
      await opened.close();
    }
  });

  it.each<Compression>(['none', 'gzip', 'zstd'])('OCI layout, layers %s', async (compression) => {
    if (compression === 'zstd' && !canZstd) return;
    const described = { ...image, compression };
    const path = write(`o-${compression}.tar`, ociArchive(described));
    const layout = writeFiles(join(dir, `layout-${compression}`), layoutFiles([described]));
    for (const [reference, kind] of [
      [`oci-archive:${path}`, 'oci-archive'],
      [path, 'oci-archive'],
      [`oci-dir:${layout}`, 'oci-dir'],
      [layout, 'oci-dir'],
    ]) {
      expect((await look(reference as string)).seen).toEqual({ kind, ...expected });
    }
  });

  it('dir:', async () => {
    const path = writeFiles(join(dir, 'rootfs'), new Map([['etc/app.conf', 'listen 80\n']]));
    const opened = await openImage(`dir:${path}`);
    expect(new Rootfs(opened.tree).readText('/etc/app.conf')).toBe('listen 80\n');
    expect(opened.source).toEqual({ reference: `dir:${path}`, kind: 'dir', digest: null, platform: null });
    await opened.close();
  });
});
