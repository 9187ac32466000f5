import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRootfs, until, watch } from './watched.ts';

const image = `localhost/berthwatch-test/runtime:${process.pid}`;

// crun refuses hybrid hosts; limits above the test's own may not be given by a root without CAP_SYS_RESOURCE.
const runtime = spawnSync('runc', ['--version']).status === 0 ? ['--runtime', 'runc'] : [];
const run = [
  'run',
  '--detach',
  '--network',
  'host',
  '--ulimit',
  'nofile=999:999',
  '--ulimit',
  'nproc=999:999',
];

function podman(...args: string[]): string {
  return execFileSync('podman', [...runtime, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** Why no Podman can be tried here. */
function missing(): string | undefined {
  if (spawnSync('podman', ['--version']).status !== 0) return 'no Podman is installed';
  const folder = smallRootfs();
  try {
    execFileSync(
      'sh',
      ['-c', 'tar -C "$1" -c . | podman import --change "EXPOSE 8080" - "$2"', 'sh', folder, image],
      {
        stdio: 'pipe',
      },
    );
    podman(...run, '--rm', image, '/bin/sleep', '0');
    return undefined;
  } catch (error) {
    return `Podman can't run containers here: ${String(error).split('\n').slice(0, 3).join(' ')}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const reason = missing();

describe.skipIf(reason !== undefined)(`Podman${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'podman-'));
  const socket = join(dir, 's');
  const containers: string[] = [];
  let service: ChildProcess;
  let watched: Awaited<ReturnType<typeof watch>>;

  beforeAll(async () => {
    service = spawn('podman', [...runtime, 'system', 'service', '--time', '0', `unix://${socket}`], {
      stdio: 'ignore',
    });
    await until(() => existsSync(socket));
    watched = await watch({ engines: [`unix://${socket}`] });
  });
  afterAll(() => {
    watched.runtimes.close();
    if (containers.length > 0) podman('rm', '--force', '--time', '0', ...containers);
    podman('rmi', image);
    service.kill();
    rmSync(dir, { recursive: true });
  });

  it('is told from Docker', () => {
    const version = podman('--version').replace('podman version ', '');
    expect(watched.runtimes.describe()).toMatchObject([
      { state: { kind: 'connected', runtime: 'podman', version }, tells: 'events' },
    ]);
  });

  it('what really runs, from its creation to its end', async () => {
    const options = ['--env', 'B=2', '--volume', '/tmp:/data:ro', '--tmpfs', '/scratch', '--label', 'a=b'];
    const id = podman(...run, ...options, '--workdir', '/etc', '--user', '5:6', image, '/bin/sleep', '100');
    containers.push(id);
    const { declaration } = await watched.told(id, 'declared', (each) => each.declaration.pid > 0);
    expect(declaration).toMatchObject({
      workload: { id, image, labels: { a: 'b' }, runtime: 'podman' },
      pid: Number(podman('inspect', '--format', '{{.State.Pid}}', id)),
      start: { entrypoint: [], cmd: ['/bin/sleep', '100'], env: { B: '2' }, cwd: '/etc', user: '5:6' },
      mounts: [
        { target: '/data', isReadOnly: true },
        { target: '/scratch', isReadOnly: false },
      ],
      ports: [{ transport: 'tcp', port: 8080 }],
      isHostNetwork: true,
    });
    expect(declaration.workload.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(watched.runtimes.declarationOf(declaration.pid)?.declaration).toEqual(declaration);
    podman('rm', '--force', '--time', '0', containers.pop() ?? '');
    await watched.told(id, 'ended');
  });

  it('the process that watches over a container is the host’s', async () => {
    const id = podman(...run, image, '/bin/sleep', '100');
    containers.push(id);
    const { pid } = (await watched.told(id, 'declared', (each) => each.declaration.pid > 0)).declaration;
    const watcher = Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    expect(watched.runtimes.declarationOf(watcher)?.place.kind).toBe('host');
  });

  it('one that was only created is known before it starts', async () => {
    const id = podman('create', image, '/bin/sleep', '100');
    containers.push(id);
    expect((await watched.told(id, 'declared')).declaration.pid).toBe(0);
    const late = await watch({ engines: [`unix://${socket}`] });
    expect(late.runtimes.declarations().map(({ workload }) => workload.id)).toContain(id);
    late.runtimes.close();
  });
});
