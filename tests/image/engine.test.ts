import { chmodSync, mkdtempSync } from 'node:fs';
import * as http from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openImage } from '../../src/image/image.ts';
import {
  dockerArchive,
  file,
  type ImageDescription,
  layerTars,
  sha256,
  temporaryFolder,
} from '../builders/image.ts';
import { see } from './see.ts';

// The socket's path must be short: sun_path holds 108 bytes.
const dir = temporaryFolder();

const image: ImageDescription = {
  layers: [[file('etc/a', 'one'), file('usr/lib/x.so', 'x'.repeat(300_000))], [file('etc/b', 'two')]],
  config: { Cmd: ['/run'] },
};

/** Answers as an engine that has `test/app`, over a socket of its own. */
async function startEngine(
  answer: Partial<{ archive: Buffer; layers: number; breaks: boolean; beforeExport: () => void }> = {},
) {
  const socket = join(mkdtempSync(join(dir, 'e-')), 's');
  const exports: string[] = [];
  const server = http.createServer((request, response) => {
    const url = decodeURIComponent(request.url ?? '');
    response.setHeader('api-version', '1.41');
    if (url === '/images/test/app:1/json') {
      const diffIds = layerTars(image).map((tar) => `sha256:${sha256(tar)}`);
      const layers = diffIds.slice(0, answer.layers ?? diffIds.length);
      const config = {
        Id: 'sha256:1234',
        Os: 'linux',
        Architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      };
      response.end(JSON.stringify({ ...config, Config: image.config, RootFS: { Layers: layers } }));
    } else if (url === '/images/test/app:1/get') {
      exports.push(url);
      answer.beforeExport?.();
      const archive = answer.archive ?? dockerArchive(image);
      if (answer.breaks)
        response.write(archive.subarray(0, 1000), () => setImmediate(() => response.destroy()));
      else response.end(archive);
    } else {
      response.statusCode = 404;
      response.end('{"message":"No such image"}');
    }
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { env: { HOME: dir, DOCKER_HOST: `unix://${socket}` }, exports, socket };
}

describe('docker: with an engine that the test is', () => {
  const tree = {
    etc: '/',
    'etc/a': 'one',
    'etc/b': 'two',
    usr: '/',
    'usr/lib': '/',
    'usr/lib/x.so': 'x'.repeat(1000),
  };

  it('exports once, and not again when the cache has all', async () => {
    const { env, exports } = await startEngine();
    const cache = { dir: join(mkdtempSync(join(dir, 'c-')), 'cache') };
    const cold = await openImage('docker:test/app:1', { env, cache });
    expect(see(cold.tree)).toEqual(tree);
    expect(cold.source).toMatchObject({ kind: 'docker', digest: 'sha256:1234' });
    await cold.close();
    expect(exports).toHaveLength(1);
    const warm = await openImage('docker:test/app:1', { env, cache });
    expect(see(warm.tree)).toMatchObject({ 'etc/a': 'one', 'etc/b': 'two' });
    expect(exports).toHaveLength(1);
    expect(warm.pending()).toEqual(['/usr/lib/x.so']);
    await warm.load(warm.pending());
    expect(see(warm.tree)).toEqual(tree);
    expect(exports).toHaveLength(2);
    await warm.close();
    const third = await openImage('docker:test/app:1', { env, cache });
    expect(see(third.tree)).toEqual(tree);
    expect(exports).toHaveLength(2);
    await third.close();
  });

  it('a bare name is asked of the engine first', async () => {
    const { env } = await startEngine();
    const opened = await openImage('test/app:1', { env, cache: { enabled: false } });
    expect(opened.source).toMatchObject({ reference: 'test/app:1', kind: 'docker' });
    await opened.close();
  });

  it('another engine’s image of the same id is not believed', async () => {
    const cache = { dir: join(mkdtempSync(join(dir, 'c-')), 'cache') };
    const evil = await startEngine({
      archive: dockerArchive({ ...image, layers: [{ 'etc/a': 'evil' }, { 'etc/b': 'evil' }] }),
    });
    await (await openImage('docker:test/app:1', { env: evil.env, cache })).close();
    const good = await startEngine();
    const opened = await openImage('docker:test/app:1', { env: good.env, cache });
    expect(see(opened.tree)).toEqual(tree);
    await opened.close();
  });

  it('an export may take long, over a connection that is already there too', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { env } = await startEngine({ beforeExport: () => vi.advanceTimersByTime(600_000) });
      const opened = await openImage('docker:test/app:1', { env, cache: { enabled: false } });
      expect(see(opened.tree)).toEqual(tree);
      await opened.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('an export that breaks, or holds something else, is told', async () => {
    for (const how of [{ breaks: true }, { layers: 1 }, { archive: Buffer.from('rubbish') }]) {
      const { env } = await startEngine(how);
      await expect(openImage('docker:test/app:1', { env, cache: { enabled: false } })).rejects.toMatchObject({
        name: 'BerthwatchError',
        message: 'none of its layers can be read',
      });
    }
  });

  it('says what is wrong and what to do', async () => {
    const { env, socket } = await startEngine();
    await expect(openImage('docker:test/other:1', { env })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      next: expect.stringContaining('registry:test/other:1'),
    });
    const nobody = { HOME: dir, DOCKER_HOST: `unix://${dir}/none` };
    await expect(openImage('docker:test/app:1', { env: nobody })).rejects.toMatchObject({
      code: 'DAEMON_UNREACHABLE',
      message: 'no container engine answers (ENOENT)',
      next: expect.stringContaining('start Docker or Podman'),
    });
    if (process.getuid?.() === 0) return;
    chmodSync(socket, 0);
    await expect(openImage('docker:test/app:1', { env })).rejects.toMatchObject({
      message: expect.stringContaining('may not use'),
    });
  });
});
