import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Socket } from '../model/observation.ts';
import { closeAll, compile, type Opened, open, removeProgram } from './attacks/program.ts';
import { Sensor, type SensorHandlers } from './sensor.ts';
import type { ListenEvent } from './trace/events.ts';

const tracing = '/sys/kernel/tracing/instances';
const canTrace = process.getuid?.() === 0 && existsSync(tracing) && compile();
afterAll(removeProgram);

interface Seen {
  socket: Socket;
  holders: readonly number[];
  source: 'event' | 'pass';
}

/** A sensor that keeps what it is told. */
class Told {
  readonly seen: Seen[] = [];
  readonly gone: Socket[] = [];
  readonly vanished: ListenEvent[] = [];
  readonly problems: string[] = [];
  readonly levels: string[] = [];
  readonly sensor: Sensor;

  constructor(passInterval: number) {
    this.sensor = new Sensor(this.#handlers, {
      passInterval,
      holderInterval: 4 * passInterval,
      roundTime: 100,
    });
  }

  get #handlers(): SensorHandlers {
    return {
      onSocket: (socket, holders, source) => this.seen.push({ socket, holders, source }),
      onGone: (socket) => this.gone.push(socket),
      onVanished: (event) => this.vanished.push(event),
      onExec: () => {},
      onProblem: (text) => this.problems.push(text),
      onLevel: ({ name }) => this.levels.push(name),
    };
  }

  of(port: number): Seen | undefined {
    return this.seen.findLast(({ socket }) => socket.port === port);
  }
}

async function opened(...way: string[]): Promise<Opened> {
  return (await open(...way)) ?? expect.unreachable(`${way.join(' ')} could not be opened`);
}

function watching(passInterval: number) {
  const told = new Told(passInterval);
  beforeAll(() => told.sensor.start());
  afterEach(closeAll);
  afterAll(async () => {
    await told.sensor.stop();
    expect(readdirSync(tracing).filter((name) => name.startsWith(`berthwatch-${process.pid}-`))).toEqual([]);
  });
  const isSeen = ({ port, pid }: Opened) =>
    expect
      .poll(() => told.of(port), { timeout: 5000 })
      .toMatchObject({ holders: [pid], socket: { transport: 'tcp' } });
  return { told, isSeen };
}

describe.skipIf(!canTrace)('Sensor, by events alone (needs root, tracefs and a C compiler)', () => {
  const { told, isSeen } = watching(1_000_000);

  it('is at the level of events', () => {
    expect(told.sensor.level).toMatchObject({ name: 'trace', lacks: [] });
  });

  for (const way of ['unbound', 'unshared', 'thread']) {
    it(`sees a listener the moment it opens: ${way}`, async () => {
      const socket = await opened(way);
      await isSeen(socket);
      await closeAll();
      await expect.poll(() => told.gone.map(({ port }) => port)).toContain(socket.port);
    });
  }

  for (const way of ['mptcp', 'ring', 'ring-thread']) {
    it(`sees a listener whose socket or thread is another than it seems: ${way}`, async (context) => {
      const socket = await open(way);
      if (socket === undefined) return context.skip('this kernel has no such way');
      await isSeen(socket);
      expect(told.vanished.filter(({ port }) => port === socket.port)).toEqual([]);
    });
  }

  it('sees the second process that listens on a port', async () => {
    const first = await opened('group', '0');
    await isSeen(first);
    await isSeen(await opened('group', String(first.port)));
  });

  it('tells of a listener that is gone before it can be looked at', async () => {
    const { port } = await opened('flash');
    const isTold = () => told.of(port) ?? told.vanished.find((event) => event.port === port);
    await expect.poll(isTold).toBeDefined();
  });

  it('sees who has a listener when the process that opened it is gone', async () => {
    await isSeen(await opened('daemonised'));
  });

  it('sees a socket of a namespace that its process is not in, by another one that is', async () => {
    await isSeen(await opened('elsewhere'));
  });

  it('keeps a listener whose process went to another namespace for as long as it is held', async () => {
    const socket = await opened('away');
    const isTold = () => told.of(socket.port) ?? told.vanished.find(({ tid }) => tid === socket.pid);
    await expect.poll(isTold, { timeout: 5000 }).toBeDefined();
  });
});

describe.skipIf(!canTrace)('Sensor, by looks at the tables and descriptors', () => {
  const { told, isSeen } = watching(100);

  for (const way of ['passed', 'inherited']) {
    it(`sees who holds a listener in the end: ${way}`, async () => {
      await isSeen(await opened(way));
    });
  }

  it('sees who else holds a listener', async () => {
    const { port, pid } = await opened('stolen');
    await expect.poll(() => told.of(port)?.holders.length, { timeout: 5000 }).toBe(2);
    expect(told.of(port)?.holders).toContain(pid);
  });

  it('sees UDP sockets within a look, and those on a port of the kernel’s choice within two', async () => {
    const { port, pid } = await opened('autobind');
    await expect
      .poll(() => told.of(port), { timeout: 5000 })
      .toMatchObject({ holders: [pid], socket: { transport: 'udp', address: '0.0.0.0' } });
  });

  it('has its events anew when somebody switches them off', async () => {
    const own = readdirSync(tracing).find((name) => name.startsWith(`berthwatch-${process.pid}-`)) as string;
    const before = told.levels.length;
    writeFileSync(join(tracing, own, 'tracing_on'), '0');
    await expect.poll(() => told.levels.slice(before), { timeout: 5000 }).toEqual(['poll', 'trace']);
    expect(told.problems.some((text) => text.startsWith('events of the kernel ended'))).toBe(true);
    await isSeen(await opened('unbound'));
  });
});
