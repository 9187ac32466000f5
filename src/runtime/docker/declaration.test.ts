import { describe, expect, it } from 'vitest';
import type { Json } from '../../image/json.ts';
import { networkOwner, readContainer } from './declaration.ts';

const id = 'a'.repeat(64);

/** The answer for a running container, with other fields on top. */
function container(fields: { [name: string]: Json } = {}): Json {
  return {
    Id: id,
    Name: '/web',
    Created: '2026-01-02T00:00:00Z',
    Path: '/entry.sh',
    Args: ['server', '-p', '1'],
    State: { Status: 'running', Pid: 7, StartedAt: '2026-01-02T03:04:05.678901234Z' },
    Config: { Entrypoint: ['/entry.sh'], Cmd: ['server', '-p', '1'], Image: 'web:1' },
    ...fields,
  };
}

const start = (fields: { [name: string]: Json }) => readContainer(container(fields), 'docker')?.start;

describe('readContainer', () => {
  it('what runs, divided as the config divides it', () => {
    expect(readContainer(container(), 'docker')).toEqual({
      workload: { id, name: 'web', image: 'web:1', labels: {}, runtime: 'docker' },
      pid: 7,
      start: { entrypoint: ['/entry.sh'], cmd: ['server', '-p', '1'], env: {}, cwd: '/', user: '' },
      createdAt: Date.UTC(2026, 0, 2),
      startedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      mounts: [],
      ports: [],
      isHostNetwork: false,
    });
  });

  it('undivided where the config tells another start than the one that runs', () => {
    expect(start({ Path: '/other', Args: ['x'] })).toMatchObject({ entrypoint: [], cmd: ['/other', 'x'] });
    expect(start({ Config: { Entrypoint: null, Cmd: ['a'] }, Path: 'a', Args: [] })).toMatchObject({
      entrypoint: [],
      cmd: ['a'],
    });
  });

  it('the engine’s own init first, where it starts one', () => {
    const docker = ['/sbin/docker-init', '--', '/entry.sh'];
    expect(start({ HostConfig: { Init: true } })?.entrypoint).toEqual(docker);
    expect(start({ HostConfig: { Init: true, PidMode: 'host' } })?.entrypoint).toEqual(['/entry.sh']);
    const podman = { Path: '/run/podman-init', Args: ['--', 'a'], HostConfig: { Init: true } };
    expect(readContainer(container(podman), 'podman')?.start?.cmd).toEqual(['/run/podman-init', '--', 'a']);
  });

  it('environment: a later entry counts, and the host name unless it is set', () => {
    const Config = { Hostname: 'h', Env: ['A=1', 'A=2=3', 'nothing', '=x', 'EMPTY='] };
    expect(start({ Config })?.env).toEqual({ HOSTNAME: 'h', A: '2=3', EMPTY: '' });
    expect(start({ Config: { ...Config, Env: ['HOSTNAME=own'] } })?.env).toEqual({ HOSTNAME: 'own' });
  });

  it('ports of the image and the run, each once', () => {
    const fields = {
      Config: { ExposedPorts: { '80/tcp': {}, '53/udp': {}, '9/sctp': {}, '0/tcp': {}, x: {} } },
      HostConfig: { PortBindings: { '80/tcp': null, '81': null } },
      NetworkSettings: { Ports: { '7000-7002/tcp': null, '65535-99999/tcp': null } },
    };
    expect(
      readContainer(container(fields), 'docker')?.ports.map(({ transport, port }) => `${transport} ${port}`),
    ).toEqual(['tcp 80', 'udp 53', 'tcp 81', 'tcp 7000', 'tcp 7001', 'tcp 7002', 'tcp 65535']);
  });

  it('mounts that were asked for', () => {
    const fields = {
      Mounts: [{ Destination: '/a', RW: true }, { Destination: '/b', RW: false }, { RW: true }, null],
      HostConfig: { Tmpfs: { '/c': 'size=1m,ro', '/d': '' } },
    };
    expect(readContainer(container(fields), 'docker')?.mounts).toEqual([
      { target: '/a', isReadOnly: false },
      { target: '/b', isReadOnly: true },
      { target: '/c', isReadOnly: true },
      { target: '/d', isReadOnly: false },
    ]);
  });

  it.each([
    ['sha256:12', 'sha256:12'],
    ['12', 'sha256:12'],
    ['', undefined],
  ])('an image called %j has the digest %s', (Image, expected) => {
    expect(readContainer(container({ Image }), 'docker')?.workload.imageDigest).toBe(expected);
  });

  it('one that has ended, or is no container, is none', () => {
    for (const document of [container({ State: { Status: 'exited' } }), null, [], { State: 5 }]) {
      expect(readContainer(document, 'docker')).toBeUndefined();
    }
  });

  it('one that was only created has no process and no start time', () => {
    const State = { Status: 'created', Pid: 0, StartedAt: '0001-01-01T00:00:00Z' };
    expect(readContainer(container({ State }), 'docker')).toMatchObject({ pid: 0, startedAt: 0 });
  });

  it.each(['host', 'bridge', 'container:x', ''])('network %j', (NetworkMode) => {
    const document = container({ HostConfig: { NetworkMode } });
    expect(readContainer(document, 'docker')?.isHostNetwork).toBe(NetworkMode === 'host');
    expect(networkOwner(document)).toBe(NetworkMode === 'container:x' ? 'x' : undefined);
  });
});
