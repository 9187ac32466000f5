import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeImage, docker, hasEngine, importFolder, sweepEngine } from '../containers/engine.ts';
import { smallRootfs, until, watch } from './watched.ts';

const reason = hasEngine() ? undefined : 'no container engine answers';
const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
const image = `berthwatch-test/runtime:${process.pid}`;
const label = `berthwatch.test=${process.pid}`;

function run(...args: string[]): string {
  return docker('run', '--detach', '--label', label, ...args);
}

describe.skipIf(reason !== undefined)(`Docker${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let watched: Awaited<ReturnType<typeof watch>>;

  beforeAll(async () => {
    const folder = smallRootfs();
    importFolder(folder, `${image}-base`);
    rmSync(folder, { recursive: true });
    changeImage(`${image}-base`, image, [
      'ENTRYPOINT ["/bin/sleep"]',
      'CMD ["100"]',
      'ENV A=1 B=1',
      'EXPOSE 8080 53/udp',
    ]);
    watched = await watch({ engines: [host] });
  });
  afterAll(() => {
    watched.runtimes.close();
    sweepEngine();
  });

  it('what really runs: arguments, environment, mounts, ports', async () => {
    const options = ['--init', '-e', 'B=2', '-p', '9001', '-v', '/tmp:/data:ro', '--tmpfs', '/scratch'];
    const id = run(...options, '-w', '/etc', '-u', '5:6', '--hostname', 'h', image, '101');
    const { declaration } = await watched.told(id, 'declared', (each) => each.declaration.pid > 0);
    expect(declaration).toEqual({
      workload: {
        id,
        name: docker('inspect', '--format', '{{.Name}}', id).slice(1),
        image,
        imageDigest: docker('inspect', '--format', '{{.Image}}', id),
        labels: { 'berthwatch.test': String(process.pid) },
        runtime: 'docker',
      },
      pid: Number(docker('inspect', '--format', '{{.State.Pid}}', id)),
      start: {
        entrypoint: ['/sbin/docker-init', '--', '/bin/sleep'],
        cmd: ['101'],
        env: { A: '1', B: '2', HOSTNAME: 'h' },
        cwd: '/etc',
        user: '5:6',
      },
      createdAt: Date.parse(docker('inspect', '--format', '{{.Created}}', id)),
      startedAt: Date.parse(docker('inspect', '--format', '{{.State.StartedAt}}', id)),
      mounts: [
        { target: '/data', isReadOnly: true },
        { target: '/scratch', isReadOnly: false },
      ],
      ports: [
        { transport: 'udp', port: 53 },
        { transport: 'tcp', port: 8080 },
        { transport: 'tcp', port: 9001 },
      ],
      isHostNetwork: false,
    });
    const argv = readFileSync(`/proc/${declaration.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const { entrypoint = [], cmd = [] } = declaration.start ?? {};
    expect([...entrypoint, ...cmd]).toEqual(argv);
    expect(watched.runtimes.declarationOf(declaration.pid)).toEqual({
      place: expect.objectContaining({ kind: 'container', id, runtimeHint: 'docker' }),
      declaration,
    });
  });

  it('created, started, renamed, started again, gone', async () => {
    const id = docker('create', '--label', label, image);
    const { declaration } = await watched.told(id, 'declared');
    expect(declaration).toMatchObject({ pid: 0, startedAt: 0, start: { cmd: ['100'] } });
    docker('start', id);
    const first = await watched.told(id, 'declared', (each) => each.declaration.pid > 0);
    docker('rename', id, `renamed-${process.pid}`);
    const name = `renamed-${process.pid}`;
    await watched.told(id, 'declared', (each) => each.declaration.workload.name === name);
    docker('restart', '--time', '0', id);
    const { pid } = first.declaration;
    await watched.told(id, 'declared', (each) => each.declaration.pid > 0 && each.declaration.pid !== pid);
    docker('rm', '--force', id);
    await until(() => watched.runtimes.declarations().every(({ workload }) => workload.id !== id));
    expect(watched.changes.at(-1)).toMatchObject({ kind: 'ended', declaration: { workload: { id } } });
  });

  it('the network of the host, also by way of another container', async () => {
    const owner = run('--network', 'host', image);
    const sharer = run('--network', `container:${owner}`, image);
    const apart = run('--network', 'none', image);
    const isOnHost = async (id: string) => (await watched.told(id, 'declared')).declaration.isHostNetwork;
    expect(await Promise.all([owner, sharer, apart].map(isOnHost))).toEqual([true, true, false]);
  });

  it('a container that no event has told of is asked for', async () => {
    const id = run(image);
    const pid = Number(docker('inspect', '--format', '{{.State.Pid}}', id));
    const late = await watch({ engines: [host] });
    const fresh = docker('run', '--detach', '--label', label, image);
    const found = late.runtimes.declarationOf(
      readFileSync(`/proc/${docker('inspect', '--format', '{{.State.Pid}}', fresh)}/cgroup`, 'utf8'),
    );
    const declaration = (await found?.later) ?? found?.declaration;
    expect(declaration?.workload.id).toBe(fresh);
    expect(declaration?.start?.cmd).toEqual(['100']);
    expect(late.runtimes.declarationOf(pid)?.declaration.workload.id).toBe(id);
    late.runtimes.close();
  });

  it('a cgroup below a container’s own, named like another’s, is the container’s own', async () => {
    const [one, other] = [run(image), run(image)];
    await watched.told(other, 'declared', (each) => each.declaration.pid > 0);
    const { declaration } = await watched.told(one, 'declared', (each) => each.declaration.pid > 0);
    const text = readFileSync(`/proc/${declaration.pid}/cgroup`, 'utf8').replaceAll(
      /$/gm,
      `/docker/${other}`,
    );
    expect(watched.runtimes.declarationOf(text)?.declaration.workload.id).toBe(one);
  });
});
