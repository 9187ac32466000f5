import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/image.ts';
import type { ImageOptions } from '../../src/image/types.ts';
import { file, type ImageDescription, layoutFiles, temporaryFolder } from '../builders/image.ts';
import {
  makeCertificate,
  type RegistryOptions,
  startRegistry,
  type TestRegistry,
} from '../builders/registry.ts';
import { see } from './see.ts';

const dir = temporaryFolder();
const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 7919) >> 8));
const image: ImageDescription = {
  layers: [[file('etc/app.conf', 'listen 80\n'), file('usr/lib/noise', noise)], [file('etc/more.conf', 'x')]],
  config: { Entrypoint: ['/app'] },
};
const tree = { etc: '/', 'etc/app.conf': 'listen 80\n', 'etc/more.conf': 'x' };

/** Options that touch nothing of the user's: an empty home, no engine, quick tries. */
function options(more: Partial<ImageOptions> = {}, env: Record<string, string> = {}): ImageOptions {
  const home = mkdtempSync(join(dir, 'home-'));
  return {
    insecure: true,
    retry: { delay: 1 },
    cache: { enabled: false },
    env: { HOME: home, DOCKER_HOST: `unix://${home}/none.sock`, ...env },
    ...more,
  };
}

function dockerConfig(config: object): Record<string, string> {
  const folder = mkdtempSync(join(dir, 'docker-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return { DOCKER_CONFIG: folder };
}

async function start(more: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(more);
  registry.put('team/app', '1.0', image);
  return registry;
}

async function look(reference: string, how: ImageOptions) {
  const opened = await openImage(reference, how);
  const { 'usr/lib/noise': _, usr, 'usr/lib': __, ...seen } = see(opened.tree);
  const findings = opened.findings.map(({ id }) => id);
  await opened.close();
  return { seen, findings, source: opened.source };
}

const account = { username: 'me', password: 'p:w' };
const auth = Buffer.from('me:p:w').toString('base64');

describe('registry:', () => {
  it('pulls by tag and by digest', async () => {
    const registry = await startRegistry();
    const digest = registry.put('team/app', '1.0', image);
    for (const reference of ['team/app:1.0', `team/app@${digest}`, `team/app:other@${digest}`]) {
      const { seen, findings, source } = await look(`registry:${registry.host}/${reference}`, options());
      expect({ seen, findings }).toEqual({ seen: tree, findings: [] });
      expect(source).toMatchObject({ kind: 'registry', digest });
    }
  });

  it('a bare name is asked of the registry when no engine has it', async () => {
    const registry = await start();
    for (const env of [{}, { DOCKER_HOST: 'ssh://host' }]) {
      expect((await look(`${registry.host}/team/app:1.0`, options({}, env))).seen).toEqual(tree);
    }
  });

  it('a name without a host takes the registry that is set, and official images their folder', async () => {
    const registry = await startRegistry();
    registry.put('library/app', 'latest', image);
    const set = { BERTHWATCH_DEFAULT_REGISTRY: `example.test=${registry.host}` };
    expect((await look('registry:app', options({}, set))).seen).toEqual(tree);
    expect((await look('registry:example.test/app', options({}, set))).seen).toEqual(tree);
    await expect(openImage('registry:app', options())).rejects.toMatchObject({
      code: 'USAGE',
      next: expect.stringContaining('BERTHWATCH_DEFAULT_REGISTRY'),
    });
  });

  it('fetches a token with the stored password, and keeps it from other hosts', async () => {
    const registry = await start({ auth: { kind: 'token', ...account }, redirectsBlobs: true });
    const env = dockerConfig({ auths: { [registry.host]: { auth } } });
    expect((await look(`registry:${registry.host}/team/app:1.0`, options({}, env))).seen).toEqual(tree);
    const blobs = registry.log.filter(({ path }) => path.includes('/blobs/'));
    expect(
      blobs.filter(({ host }) => host === registry.host).map(({ authorization }) => authorization),
    ).toContain('Bearer good');
    const elsewhere = blobs.filter(({ host }) => host !== registry.host);
    expect(elsewhere).toHaveLength(3);
    expect(elsewhere.map(({ authorization }) => authorization)).toEqual([undefined, undefined, undefined]);
  });

  it('asks a credential helper', async () => {
    const registry = await start({ auth: { kind: 'basic', ...account } });
    const bin = join(dir, 'bin');
    mkdirSync(bin, { recursive: true });
    const helper = join(bin, 'docker-credential-berthwatch-test');
    const reply = JSON.stringify({ ServerURL: registry.host, Username: 'me', Secret: 'p:w' });
    writeFileSync(
      helper,
      `#!/bin/sh\n[ "$1" = get ] && [ "$(cat)" = '${registry.host}' ] && echo '${reply}'\n`,
    );
    chmodSync(helper, 0o755);
    const before = process.env.PATH;
    process.env.PATH = `${bin}:${before}`;
    try {
      for (const config of [
        { credsStore: 'berthwatch-test' },
        { credHelpers: { [registry.host]: 'berthwatch-test' } },
      ]) {
        const { seen } = await look(
          `registry:${registry.host}/team/app:1.0`,
          options({}, dockerConfig(config)),
        );
        expect(seen).toEqual(tree);
      }
    } finally {
      process.env.PATH = before;
    }
  });

  it.each(['basic', 'token'] as const)('says that it is refused (%s)', async (kind) => {
    const registry = await start({ auth: { kind, ...account } });
    const wrong = dockerConfig({
      auths: { [registry.host]: { auth: Buffer.from('me:no').toString('base64') } },
    });
    for (const env of [{}, wrong]) {
      await expect(
        openImage(`registry:${registry.host}/team/app:1.0`, options({}, env)),
      ).rejects.toMatchObject({
        code: 'REGISTRY_DENIED',
        next: expect.stringContaining('log in'),
      });
    }
  });

  it('says that there is no such tag', async () => {
    const registry = await start();
    await expect(openImage(`registry:${registry.host}/team/app:2.0`, options())).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
  });

  it('chooses the platform', async () => {
    const registry = await startRegistry();
    const of = (architecture: string, variant?: string): ImageDescription => ({
      layers: [{ 'etc/platform': `${architecture}${variant ?? ''}` }],
      architecture,
      ...(variant ? { variant } : {}),
    });
    registry.put('team/app', '1.0', [of('amd64'), of('arm64'), of('arm', 'v6'), of('arm', 'v7')]);
    const reference = `registry:${registry.host}/team/app:1.0`;
    for (const [platform, found] of [
      ['linux/amd64', 'amd64'],
      ['linux/arm64/v8', 'arm64'],
      ['linux/arm/v6', 'armv6'],
      ['linux/arm/v7', 'armv7'],
      ['linux/arm', 'armv7'],
    ]) {
      const { seen } = await look(reference, options({ platform }));
      expect({ platform, found: seen['etc/platform'] }).toEqual({ platform, found });
    }
    await expect(openImage(reference, options({ platform: 'linux/s390x' }))).rejects.toMatchObject({
      code: 'PLATFORM_NOT_FOUND',
      message: expect.stringContaining('linux/amd64, linux/arm64, linux/arm/v6, linux/arm/v7'),
    });
  });

  it.each([429, 500, 503])('tries again after status %d, as late as it is told', async (status) => {
    const registry = await start({
      trouble: (_, response, count) => {
        if (count > 2) return false;
        response.writeHead(status, { 'retry-after': '0' }).end();
        return true;
      },
    });
    expect((await look(`registry:${registry.host}/team/app:1.0`, options())).seen).toEqual(tree);
  });

  it('tries again when the connection is reset, and gives up in the end', async () => {
    const often = await start({
      trouble: (request, _, count) => count <= 2 && request.destroy() !== undefined,
    });
    expect((await look(`registry:${often.host}/team/app:1.0`, options())).seen).toEqual(tree);
    const always = await start({ trouble: (request) => request.destroy() !== undefined });
    await expect(openImage(`registry:${always.host}/team/app:1.0`, options())).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
  });

  it.each([false, true])(
    'goes on with a broken blob where it broke off (server ignores ranges: %s)',
    async (ignoresRanges) => {
      const registry = await start({ breaks: { after: 1000, times: 2 }, ignoresRanges });
      const { seen, findings } = await look(`registry:${registry.host}/team/app:1.0`, options());
      expect({ seen, findings }).toEqual({ seen: tree, findings: [] });
      const ranges = registry.log.filter(({ range }) => range !== undefined).map(({ range }) => range);
      expect(ranges).toHaveLength(2);
      expect(ranges[0]).toMatch(/^bytes=\d+-$/);
    },
  );

  it('a layer that breaks again and again is told, and the others are used', async () => {
    const manifest = [...layoutFiles([image]).values()].find((bytes) => bytes.includes('"layers":'));
    const [, last] = (JSON.parse(String(manifest)) as { layers: { digest: string }[] }).layers;
    const trouble: RegistryOptions['trouble'] = ({ url }, response) =>
      url?.endsWith(last?.digest ?? '') === true && response.destroy() !== undefined;
    const registry = await start({ trouble });
    const { seen, findings } = await look(`registry:${registry.host}/team/app:1.0`, options());
    expect({ seen, findings }).toEqual({
      seen: { etc: '/', 'etc/app.conf': 'listen 80\n' },
      findings: ['layer-missing'],
    });
    const nothing = await start({ breaks: { after: 0, times: 1000 } });
    await expect(openImage(`registry:${nothing.host}/team/app:1.0`, options())).rejects.toThrow(
      /breaks again and again/,
    );
  });

  it('what the cache knows is not fetched again, except once for what was not kept', async () => {
    const registry = await start();
    const cache = { dir: mkdtempSync(join(dir, 'cache-')) };
    const reference = `registry:${registry.host}/team/app:1.0`;
    await look(reference, options({ cache }));
    const layersBefore = registry.log.filter(({ path }) => path.includes('/blobs/')).length;
    expect((await look(reference, options({ cache }))).seen).toEqual(tree);
    expect(registry.log.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(layersBefore + 1);
    const opened = await openImage(reference, options({ cache }));
    expect(opened.tree.body('/usr/lib/noise', 1e6)).toMatchObject({ missing: 'pending' });
    await opened.load(opened.pending());
    const body = opened.tree.body('/usr/lib/noise', 1e6);
    expect('bytes' in body && noise.equals(body.bytes)).toBe(true);
    await opened.close();
    const again = await openImage(reference, options({ cache }));
    const kept = again.tree.body('/usr/lib/noise', 1e6);
    expect('bytes' in kept && noise.equals(kept.bytes)).toBe(true);
    await again.close();
  });

  it('drops a layer with another digest loudly, and refuses such a manifest', async () => {
    const flip = (bytes: Buffer) =>
      Buffer.from(bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)));
    const bad = await start({ tamper: (_, bytes) => (bytes.length > 2000 ? flip(bytes) : bytes) });
    const { seen, findings } = await look(`registry:${bad.host}/team/app:1.0`, options());
    expect({ seen, findings }).toEqual({
      seen: { etc: '/', 'etc/more.conf': 'x' },
      findings: ['layer-digest-mismatch'],
    });
    for (const part of ['"layers"', '"rootfs"']) {
      const worse = await start({
        tamper: (_, bytes) => (bytes.includes(part) ? Buffer.concat([bytes, Buffer.from(' ')]) : bytes),
      });
      await expect(openImage(`registry:${worse.host}/team/app:1.0`, options())).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
      });
    }
  });

  const certificate = makeCertificate(dir);
  it.skipIf(certificate === undefined)(
    'speaks TLS, and trusts only whom it is told to (skipped without openssl)',
    async () => {
      const registry = await start(certificate ? { tls: certificate } : {});
      const reference = `registry:${registry.host}/team/app:1.0`;
      await expect(openImage(reference, options({ insecure: false }))).rejects.toMatchObject({
        code: 'REGISTRY_UNREACHABLE',
        next: expect.stringContaining('--ca'),
      });
      expect((await look(reference, options({ insecure: false, caFile: certificate?.path }))).seen).toEqual(
        tree,
      );
      expect((await look(reference, options({ insecure: true }))).seen).toEqual(tree);
    },
  );

  it('does not speak plain http unless told to', async () => {
    const registry = await start();
    await expect(
      openImage(`registry:${registry.host}/team/app:1.0`, options({ insecure: false })),
    ).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      next: expect.stringContaining('--insecure'),
    });
    expect(registry.log).toEqual([]);
  });

  it('ends when the user gives up', async () => {
    const controller = new AbortController();
    const registry = await start({
      trouble: () => {
        controller.abort();
        return true;
      },
    });
    const opening = openImage(
      `registry:${registry.host}/team/app:1.0`,
      options({ signal: controller.signal }),
    );
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  });
});
