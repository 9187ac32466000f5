import { describe, expect, it } from 'vitest';
import { type Home, placeOf } from './cgroup.ts';

const id = (letter: string) => letter.repeat(64);
const a = id('a');
const b = id('b');
const c = id('c');

/** Shortened: `container a docker /docker/a`. */
function place(text: string, homeOf?: Home): string {
  const found = placeOf(text, homeOf);
  const words =
    found.kind === 'host'
      ? ['host', found.unit, found.cgroup]
      : ['container', found.id, found.runtimeHint ?? '-', found.cgroup];
  return words.join(' ').replaceAll(/([abc])\1{63}/g, '$1');
}

describe('containers', () => {
  const pods = '/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice';
  it.each([
    ['Docker, cgroupfs', `/docker/${a}`, 'container a docker /docker/a'],
    ['Docker, systemd', `/system.slice/docker-${a}.scope`, 'container a docker /system.slice/docker-a.scope'],
    [
      'Docker without privileges',
      `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${a}.scope`,
      'container a docker /user.slice/user-1000.slice/user@1000.service/user.slice/docker-a.scope',
    ],
    [
      'under the service of the engine',
      `/system.slice/docker.service/docker/${a}`,
      'container a docker /system.slice/docker.service/docker/a',
    ],
    [
      'Podman, systemd',
      `/machine.slice/libpod-${a}.scope/container`,
      'container a podman /machine.slice/libpod-a.scope',
    ],
    ['Podman, cgroupfs', `/libpod_parent/libpod-${a}`, 'container a podman /libpod_parent/libpod-a'],
    [
      'Podman in a unit of its own',
      `/system.slice/web.service/libpod-payload-${a}`,
      'container a podman /system.slice/web.service/libpod-payload-a',
    ],
    [
      'containerd of a cluster, systemd',
      `${pods}/cri-containerd-${a}.scope`,
      `container a containerd ${pods}/cri-containerd-a.scope`,
    ],
    [
      'containerd of a cluster, the other driver given a name for systemd',
      `/system.slice/containerd.service/kubepods-besteffort-pod1.slice:cri-containerd:${a}`,
      'container a containerd /system.slice/containerd.service/kubepods-besteffort-pod1.slice:cri-containerd:a',
    ],
    ['CRI-O', `${pods}/crio-${a}.scope`, `container a cri-o ${pods}/crio-a.scope`],
    ['a cluster, cgroupfs', `/kubepods/burstable/pod1-2/${a}`, 'container a - /kubepods/burstable/pod1-2/a'],
    ['containerd by itself', `/k8s.io/${a}`, 'container a containerd /k8s.io/a'],
    ['a task of a service', `/ecs/0123456789abcdef/${a}`, 'container a - /ecs/0123456789abcdef/a'],
    ['its own cgroups below', `/docker/${a}/system.slice/x.service`, 'container a docker /docker/a'],
    ['seen out of a cgroup namespace', `/../../docker/${a}`, 'container a docker /docker/a'],
    ['a sibling in a cgroup namespace', `/../${a}`, 'container a - /a'],
    ['its cgroup was removed', `/docker/${a} (deleted)`, 'container a docker /docker/a'],
  ])('%s', (_, path, expected) => {
    expect(place(`0::${path}\n`)).toBe(expected);
  });

  it('in cgroup 1, any hierarchy names it', () => {
    const text = `3:cpu,cpuacct:/docker/${a}\n2:name=systemd:/docker/${a}\n1:pids:/docker/${a}\n`;
    expect(place(text)).toBe('container a docker /docker/a');
  });

  it('on a hybrid host, cgroup 2 may know only the service of the engine', () => {
    const text = `9:memory:/docker/${a}\n1:name=systemd:/docker/${a}\n0::/system.slice/containerd.service\n`;
    expect(place(text)).toBe('container a docker /docker/a');
  });

  it.each([
    ['watcher', `/machine.slice/libpod-conmon-${a}.scope`],
    ['watcher', `/system.slice/crio-conmon-${a}.scope`],
    ['id that is too long', `/docker/${a}a`],
    ['id in capitals', `/docker/${'A'.repeat(64)}`],
    ['id with a tail', `/docker/${a}.service`],
  ])('none: %s', (_, path) => {
    expect(placeOf(`0::${path}\n`).kind).toBe('host');
  });
});

describe('nested containers', () => {
  const nested = `0::/docker/${a}/docker/${b}/kubepods/pod1/${c}\n`;

  it('the outermost when nothing is known', () => {
    expect(place(nested)).toBe('container a docker /docker/a');
    expect(place(nested, (id) => (id === b ? '' : undefined))).toBe('container a docker /docker/a');
  });

  it('the innermost that lives just there', () => {
    const home = (id: string) => (id === b ? `/docker/${a}/docker/${b}` : undefined);
    expect(place(nested, home)).toBe('container b docker /docker/a/docker/b');
  });

  it('not one that a container names below itself', () => {
    const homes = new Map([
      [a, `/docker/${a}`],
      [b, `/docker/${b}`],
    ]);
    expect(place(nested, (id) => homes.get(id))).toBe('container a docker /docker/a');
  });

  it('not one that a user of the host names in cgroups of his own', () => {
    const forged = `0::/user.slice/user-7.slice/user@7.service/docker-${b}.scope\n`;
    expect(place(forged, () => `/docker/${b}`)).toBe(
      'host user@7.service/docker-b.scope /user.slice/user-7.slice/user@7.service/docker-b.scope',
    );
  });
});

describe('the host', () => {
  it.each([
    ['/system.slice/web.service', 'web.service', '/system.slice/web.service'],
    ['/system.slice/web.service/workers/1', 'web.service', '/system.slice/web.service'],
    [
      '/system.slice/system-web.slice/web@1.service',
      'web@1.service',
      '/system.slice/system-web.slice/web@1.service',
    ],
    [
      '/user.slice/user-7.slice/session-3.scope',
      'session-3.scope',
      '/user.slice/user-7.slice/session-3.scope',
    ],
    [
      '/user.slice/user-7.slice/user@7.service/app.slice/web.service/x',
      'user@7.service/web.service',
      '/user.slice/user-7.slice/user@7.service/app.slice/web.service',
    ],
    ['/init.scope', 'init.scope', '/init.scope'],
    ['/web/worker.service', 'web', '/web'],
    ['/lxc.payload.one/system.slice/x.service', 'lxc.payload.one', '/lxc.payload.one'],
    ['/a: b/c', 'a: b', '/a: b'],
    ['/../../system.slice/web.service', 'web.service', '/system.slice/web.service'],
    ['/..', '', '/'],
    ['/', '', '/'],
  ])('%s', (path, unit, cgroup) => {
    expect(placeOf(`0::${path}\n`)).toEqual({ kind: 'host', unit, cgroup });
  });

  it('systemd’s hierarchy tells where cgroup 2 is not in use, a controller where neither is', () => {
    expect(placeOf('5:memory:/batch\n1:name=systemd:/system.slice/web.service\n0::/\n')).toMatchObject({
      unit: 'web.service',
    });
    expect(placeOf('5:memory:/batch/7\n1:name=openrc:/\n')).toMatchObject({ unit: 'batch' });
  });

  it('what is no cgroup text is the host itself', () => {
    for (const text of ['', 'nonsense', '0::', '0::relative', '\n\n']) {
      expect(placeOf(text)).toEqual({ kind: 'host', unit: '', cgroup: '/' });
    }
  });
});
