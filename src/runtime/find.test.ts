import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../tests/builders/image.ts';
import type { BerthwatchError } from '../base/errors.ts';
import { type Candidate, candidates, rankOf, socketIdentity } from './find.ts';

const dir = temporaryFolder();
const home = { HOME: join(dir, 'home') };

const names = (...args: Parameters<typeof candidates>) =>
  candidates(...args).map(
    ({ kind, endpoint, isNamed }) => `${kind} ${endpoint.name}${isNamed ? ' named' : ''}`,
  );

describe('candidates', () => {
  it('what somebody named, beside all usual places', () => {
    const env = { ...home, DOCKER_HOST: 'unix:///d.sock', CONTAINER_RUNTIME_ENDPOINT: 'unix:///c.sock' };
    expect(names(env)).toEqual(
      expect.arrayContaining([
        'engine unix:///d.sock named',
        'engine /var/run/docker.sock',
        'engine /run/podman/podman.sock',
        'cri /c.sock named',
        'cri /run/containerd/containerd.sock',
        'cri /run/crio/crio.sock',
      ]),
    );
  });

  it('these alone, when the options say which', () => {
    const env = { ...home, DOCKER_HOST: 'unix:///d.sock' };
    expect(names(env, { engines: ['tcp://h:1'], cri: ['/c.sock', 'unix:/e.sock'] })).toEqual([
      'engine tcp://h:1 named',
      'cri /c.sock named',
      'cri /e.sock named',
    ]);
    expect(names(env, { engines: [] })).toEqual([]);
  });

  it('a bad address of the environment hides nothing', () => {
    const bad: BerthwatchError[] = [];
    const env = { ...home, DOCKER_HOST: 'ssh://h', CONTAINER_RUNTIME_ENDPOINT: 'npipe:x' };
    expect(names(env, {}, (error) => bad.push(error))).toContain('engine /var/run/docker.sock');
    expect(bad.map(({ place }) => place)).toEqual(['DOCKER_HOST', 'CONTAINER_RUNTIME_ENDPOINT']);
  });

  it('a bad address of the options is refused', () => {
    expect(() => candidates(home, { cri: ['c.sock'] })).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(() => candidates(home, { engines: ['ssh://h'] })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});

describe('socketIdentity', () => {
  const at = (path: string, ofUser?: number): Candidate => ({
    kind: 'engine',
    endpoint: { name: path, connect: { kind: 'socket', path } },
    isNamed: false,
    ...(ofUser === undefined ? {} : { ofUser }),
  });

  it('is one for all names of a socket, and none for what is no socket', async () => {
    const folder = mkdtempSync(join(dir, 'f-'));
    const [socket, link, file] = ['s', 'l', 'f'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    symlinkSync(socket, link);
    writeFileSync(file, '');
    const own = process.getuid?.() ?? 0;
    expect(socketIdentity(at(socket))).toMatch(/^\d+:\d+$/);
    expect(socketIdentity(at(link))).toBe(socketIdentity(at(socket)));
    expect(socketIdentity(at(socket, own))).toBe(socketIdentity(at(socket)));
    expect([at(file), at(`${socket}x`), at(link, own), at(socket, own + 1)].map(socketIdentity)).toEqual(
      Array(4).fill(undefined),
    );
    server.close();
  });

  it('another user’s engine ranks below', () => {
    const own = process.getuid?.() ?? 0;
    expect([at('/s'), at('/s', 0), at('/s', own), at('/s', own + 1)].map(rankOf)).toEqual([0, 0, 0, 1]);
  });
});
