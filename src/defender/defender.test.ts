import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { Defender, type Sighting } from './defender.ts';
import { evaluatorHere } from './evaluation/evaluator.ts';
import { hostDeclaration } from './host-declaration.ts';

it.skipIf(process.platform !== 'linux')('judges what is there, and what opens later', async () => {
  const before = createServer().listen(0, '127.0.0.1');
  await once(before, 'listening');
  const sightings: Sighting[] = [];
  const defender = new Defender({
    evaluator: evaluatorHere([]),
    workloads: { of: async () => hostDeclaration, onEnded: () => {} },
    onSighting: (sighting) => sightings.push(sighting),
    onProblem: () => {},
    sensor: { passInterval: 50 },
  });
  await defender.start();
  const portOf = (server: typeof before) => (server.address() as AddressInfo).port;
  const of = (port: number) => sightings.find(({ observation }) => observation.socket.port === port);
  expect(of(portOf(before))).toMatchObject({
    observation: { holders: [{ pid: process.pid, exe: process.execPath }] },
    ruling: { verdict: 'expected', learned: expect.stringContaining('from the beginning') },
  });
  const child = spawn(process.execPath, ['-e', 'require("net").createServer().listen(0, "127.0.0.1")']);
  try {
    await expect
      .poll(() => sightings.find(({ observation }) => observation.holders[0]?.pid === child.pid), {
        timeout: 20_000,
      })
      .toBeDefined();
  } finally {
    child.kill('SIGKILL');
    before.close();
  }
  await expect
    .poll(() => defender.sightings.some(({ observation }) => observation.holders[0]?.pid === child.pid))
    .toBe(false);
  await defender.stop();
});
