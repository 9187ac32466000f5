import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { showListener } from '../../src/engine/cases.ts';
import { shippedPacks } from '../../src/pack/packs.ts';
import { scan } from '../../src/scan/scan.ts';
import type { App } from '../differential/apps.ts';
import { listeningSockets } from '../differential/kernel.ts';
import { buildRootfs, unable } from '../differential/rootfs.ts';

/**
 * Images of Debian's packages in a real engine: each is scanned by name before its container runs, and what the
 * container then listens on is compared.
 */

const hasDocker = spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0;
const reason = unable() ?? (hasDocker ? undefined : 'no container engine answers');
const names: string[] = [];

interface Sample {
  app: App;
  name: string;
  /** Dockerfile instructions for `docker import --change`. */
  changes: string[];
  /** Options and arguments of `docker run` besides. */
  run?: string[];
  env?: Record<string, string>;
  args?: string[];
}

const samples: Sample[] = [
  { app: 'nginx', name: 'as packaged', changes: ['CMD ["nginx", "-g", "daemon off;"]', 'EXPOSE 80'] },
  { app: 'nginx', name: 'in shell form', changes: ['CMD exec nginx -g "daemon off;"'] },
  { app: 'apache', name: 'as packaged', changes: ['CMD ["apache2ctl", "-DFOREGROUND"]'] },
  {
    app: 'redis',
    name: 'on every address',
    changes: ['ENTRYPOINT ["redis-server"]', 'CMD ["--protected-mode", "no"]'],
  },
  {
    app: 'redis',
    name: 'with arguments of docker run',
    changes: ['ENTRYPOINT ["redis-server"]', 'CMD ["--protected-mode", "no"]'],
    args: ['--port', '7001', '--bind', '0.0.0.0', '--cluster-enabled', 'yes'],
  },
  {
    app: 'postgresql',
    name: 'as packaged, started by its cluster tool',
    changes: ['USER postgres', 'CMD ["pg_ctlcluster", "15", "main", "start", "--foreground"]'],
  },
  {
    app: 'postgresql',
    name: 'with a port from the environment',
    changes: [
      'USER postgres',
      'ENV PGDATA=/var/lib/postgresql/15/main',
      'CMD exec /usr/lib/postgresql/15/bin/postgres -c config_file=/etc/postgresql/15/main/postgresql.conf -p $DB_PORT',
    ],
    env: { DB_PORT: '6001' },
  },
];

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

async function importImage({ app, changes }: Sample, index: number): Promise<string> {
  const name = `berthwatch-test/real-${app}-${index}:${process.pid}`;
  const options = changes.flatMap((change) => ['--change', change]);
  execFileSync(
    'sh',
    [
      '-c',
      'tar -C "$1" -c . | (shift; docker import "$@" >/dev/null)',
      'sh',
      await buildRootfs(app),
      ...options,
      '-',
      name,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  names.push(name);
  return name;
}

/** What the kernel says of the container's network, once it has not changed for a second. */
async function listening(container: string): Promise<string[]> {
  const pid = Number(docker('inspect', '--format', '{{.State.Pid}}', container));
  const read = () =>
    [...new Set(listeningSockets(pid).map(({ text }) => text.replace('tcp6', 'tcp')))].sort();
  const deadline = Date.now() + 60_000;
  let last = '';
  let since = Date.now();
  for (;;) {
    const now = read();
    if (now.join() !== last) {
      last = now.join();
      since = Date.now();
    }
    if (now.length > 0 && Date.now() - since > 1_000) return now;
    if (Date.now() > deadline) throw new Error(`nothing listens: ${docker('logs', container)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.skipIf(reason !== undefined)(
  `real containers${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    afterAll(() => {
      if (names.length > 0) docker('rmi', '--force', ...names);
    });

    it.each(samples.map((sample, index) => ({ ...sample, index })))('$app $name', async (sample) => {
      const image = await importImage(sample, sample.index);
      const { env = {}, args } = sample;
      const { profile } = await scan(`docker:${image}`, { packs: await shippedPacks(), env, args });
      const options = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
      const container = docker('run', '--detach', ...options, image, ...(args ?? []));
      try {
        expect(profile.listeners.map(showListener).sort()).toEqual(await listening(container));
      } finally {
        docker('rm', '--force', container);
      }
    });
  },
);
