import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeFiles } from '../../../tests/builders/image.ts';
import { endpoints } from './endpoints.ts';

const names = (env: Record<string, string>, platform?: NodeJS.Platform) =>
  endpoints(env, platform).map(({ name }) => name);

describe('endpoints', () => {
  it('only what is set, when something is', () => {
    expect(endpoints({ DOCKER_HOST: 'unix:///x/y.sock' })).toEqual([
      { name: 'unix:///x/y.sock', connect: { kind: 'socket', path: '/x/y.sock' } },
    ]);
    expect(endpoints({ CONTAINER_HOST: 'unix:///p.sock' })[0]?.connect).toEqual({
      kind: 'socket',
      path: '/p.sock',
    });
    expect(endpoints({ DOCKER_HOST: 'tcp://10.0.0.1' })[0]?.connect).toEqual({
      kind: 'tcp',
      host: '10.0.0.1',
      port: 2375,
      tls: undefined,
    });
    expect(endpoints({ DOCKER_HOST: 'tcp://[::1]:99' })[0]?.connect).toMatchObject({
      host: '::1',
      port: 99,
    });
  });

  it('the usual sockets of Docker and Podman, the root’s and the user’s', () => {
    expect(names({ HOME: '/h', XDG_RUNTIME_DIR: '/run/user/1' }, 'linux')).toEqual([
      '/var/run/docker.sock',
      '/run/user/1/docker.sock',
      '/h/.docker/run/docker.sock',
      '/run/user/1/podman/podman.sock',
      '/run/podman/podman.sock',
    ]);
    expect(names({}, 'win32')).toContain('//./pipe/docker_engine');
  });

  it('the context that was chosen comes first', () => {
    const home = temporaryFolder();
    const id = createHash('sha256').update('mine').digest('hex');
    const meta = { Endpoints: { docker: { Host: 'unix:///mine.sock' } } };
    writeFiles(
      home,
      new Map([
        ['.docker/config.json', '{"currentContext":"mine"}'],
        [`.docker/contexts/meta/${id}/meta.json`, JSON.stringify(meta)],
      ]),
    );
    expect(names({ HOME: home }, 'linux').slice(0, 2)).toEqual(['unix:///mine.sock', '/var/run/docker.sock']);
    expect(names({ HOME: home, DOCKER_CONTEXT: 'default' }, 'linux')[0]).toBe('/var/run/docker.sock');
    expect(names({ HOME: home, DOCKER_CONTEXT: '../../x' }, 'linux')[0]).toBe('/var/run/docker.sock');
  });

  it('refuses what it can not speak to', () => {
    for (const host of ['ssh://user@host', 'nonsense', 'tcp://']) {
      expect(() => endpoints({ DOCKER_HOST: host })).toThrow(
        expect.objectContaining({ code: 'USAGE', place: 'DOCKER_HOST' }),
      );
    }
    expect(() =>
      endpoints({ DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/nowhere' }),
    ).toThrow(expect.objectContaining({ code: 'DAEMON_UNREACHABLE' }));
  });
});
