import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Defender, type Sighting } from '../../src/defender/defender.ts';
import { evaluatorHere } from '../../src/defender/evaluation/evaluator.ts';
import { toAudit } from '../../src/defender/to-audit.ts';
import { openWorkloads } from '../../src/defender/workloads.ts';
import type { Audit } from '../../src/model/audit.ts';
import { shippedPacks } from '../../src/pack/packs.ts';
import { until } from '../runtime/watched.ts';

/** A defender of this host that remembers all that it said. */
export interface Watch {
  /** What it said of a container, repeats left out, oldest first. */
  auditsOf(workload: string): Audit[];
  /** What it said of the container engine's own programs. */
  auditsOfEngine(): Audit[];
  /** `tcp 0.0.0.0:80`: sockets of a container that are open now, as they were judged. */
  open(workload: string): { socket: string; inode: number; sighting: Sighting }[];
  /** Sockets of the whole host that are open now, as they were judged. */
  all(): { inode: number }[];
  /** Whatever happened before this is asked has been judged when it resolves. */
  caughtUp(): Promise<void>;
  problems: readonly string[];
  level: string;
  stop(): Promise<void>;
}

/** Milliseconds between looks: shorter than usual, so that a test waits less. */
const sensor = { passInterval: 250, holderInterval: 1000 };

export async function watchHost(): Promise<Watch> {
  const audits = new Map<string, Audit>();
  const ports = new Set<number>();
  const problems: string[] = [];
  const workloads = await openWorkloads(process.env, (text) => problems.push(text));
  const defender = new Defender({
    evaluator: evaluatorHere(await shippedPacks()),
    workloads,
    onSighting: (sighting) => {
      if (sighting.observation.holders.some(({ pid }) => pid === process.pid))
        ports.add(sighting.observation.socket.port);
      const audit = toAudit(sighting, 'test');
      if (audit !== undefined && !audits.has(audit.id)) audits.set(audit.id, audit);
    },
    onProblem: (text) => problems.push(text),
    sensor,
  });
  await defender.start();
  return {
    problems,
    level: defender.level.name,
    auditsOf: (id) => [...audits.values()].filter(({ workload }) => workload.id === id),
    auditsOfEngine: () =>
      [...audits.values()].filter(({ process }) => /(docker|containerd)[^/]*$/.test(process?.exe ?? '')),
    open: (id) =>
      defender.sightings
        .filter(({ declaration }) => declaration.workload.id === id)
        .map((sighting) => ({
          socket: nameOf(sighting.observation.socket),
          inode: sighting.observation.socket.inode,
          sighting,
        })),
    all: () => defender.sightings.map(({ observation }) => ({ inode: observation.socket.inode })),
    async caughtUp() {
      // One of our own that is gone before it can be looked at takes the longest way: all before it are through then.
      const port = await flash();
      await until(() => ports.has(port));
      await defender.settled();
    },
    async stop() {
      await defender.stop();
      workloads.close();
    },
  };
}

export function nameOf({ transport, address, port }: Audit['listener']): string {
  return `${transport} ${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** Listens, and closes it in the same turn of the event loop. */
async function flash(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
