import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { showListener } from '../../src/engine/cases.ts';
import { shippedPacks } from '../../src/pack/packs.ts';
import { scan } from '../../src/scan/scan.ts';
import type { App } from '../differential/apps.ts';
import { listeningSockets, processesWith } from '../differential/kernel.ts';
import { buildRootfs } from '../differential/rootfs.ts';
import { changeImage, docker, hasEngine, importFolder, sweepEngine } from './engine.ts';

/** Images of Debian's packages in a real engine: what a scan says of each, and what its container then listens on. */

const reason = inject('noServers') ?? (hasEngine() ? undefined : 'no container engine answers');

interface Sample {
  app: App;
  name: string;
  /** Of the image, as a Dockerfile has them. */
  changes: string[];
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

/** One import an app serves all its images. */
const imported = new Set<App>();

async function makeImage({ app, changes }: Sample, index: number): Promise<string> {
  const base = `berthwatch-test/${app}:${process.pid}`;
  if (!imported.has(app)) importFolder(await buildRootfs(app), base);
  imported.add(app);
  const name = `berthwatch-test/${app}-${index}:${process.pid}`;
  changeImage(base, name, changes);
  return name;
}

/** What the kernel says of the container's network, once its processes rest and it has not changed for a second. */
async function listening(container: string): Promise<{ sockets: string[]; ipv6: boolean }> {
  const pid = Number(docker('inspect', '--format', '{{.State.Pid}}', container));
  let before = '';
  let since = Date.now();
  for (const deadline = since + 90_000; Date.now() < deadline; await delay(50)) {
    const processes = processesWith(pid);
    if (processes.length === 0) break;
    const sockets = listeningSockets(pid).map(({ text }) => text.replace('tcp6', 'tcp'));
    const now = JSON.stringify([sockets, processes.map((process) => [process.pid, process.ticks])]);
    const isBusy = processes.some(({ state }) => state === 'R' || state === 'D');
    if (now !== before || isBusy || sockets.length === 0) since = Date.now();
    else if (Date.now() - since > 1_000) return { sockets: [...new Set(sockets)].sort(), ipv6: hasIpv6(pid) };
    before = now;
  }
  throw new Error(`nothing listens: ${docker('logs', container)}`);
}

/** Whether an interface other than loopback has an address of IPv6: engines mostly give none. */
function hasIpv6(pid: number): boolean {
  const names = readFileSync(`/proc/${pid}/net/if_inet6`, 'utf8').trim().split('\n');
  return names.some((line) => line !== '' && !line.endsWith(' lo'));
}

describe.skipIf(reason !== undefined)(
  `real containers${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    afterAll(sweepEngine);

    it.each(samples.map((sample, index) => ({ ...sample, index })))('$app $name', async (sample) => {
      const image = await makeImage(sample, sample.index);
      const { env = {}, args = [] } = sample;
      const options = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
      const container = docker('run', '--detach', ...options, image, ...args);
      try {
        const { sockets, ipv6 } = await listening(container);
        const packs = await shippedPacks();
        const { profile } = await scan(`docker:${image}`, { packs, env, args: sample.args, ipv6 });
        expect(profile.listeners.map(showListener).sort()).toEqual(sockets);
      } finally {
        docker('rm', '--force', container);
      }
    });
  },
);
