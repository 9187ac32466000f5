import { execFileSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createProxy, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { hasEngine, sweepEngine } from '../containers/engine.ts';
import { repository } from '../differential/paths.ts';
import { until } from '../runtime/watched.ts';
import { copyTool, engine, removeContainer, says, startContainer } from './containers.ts';
import { Program } from './program.ts';
import { makeTools, noCompiler } from './tools.ts';

/** What a defender does when things about it break: nothing is lost, nothing is invented, and it says what it lacks. */

const reason = inject('noServers') ?? (hasEngine() ? noCompiler() : 'no container engine answers');
const tool = '/usr/local/bin/m';

/** Gives a program a clock that can be set. */
const fakeClock = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

describe.skipIf(reason !== undefined)(`faults${reason ? ` (${reason})` : ''}`, () => {
  let container: string;
  let folder: string;
  let program: Program;
  let port = 4500;

  /** Somebody listens where nobody should; returns the port. */
  async function attack(): Promise<number> {
    port++;
    await engine('exec', '--detach', container, tool, 'tcp', String(port));
    return port;
  }

  /** What was told of the container, and of others of a test, each story once. */
  const stories = (...others: string[]) =>
    new Map(
      program
        .audits()
        .filter(({ workload }) => [container, ...others].includes(workload.id))
        .map(({ id, verdict, listener }) => [id, `${verdict} ${listener.port}`]),
    );

  beforeAll(async () => {
    await makeTools();
    container = await startContainer('nginx');
    await copyTool(container, 'mischief', tool);
  });
  afterAll(async () => {
    await removeContainer(container);
    sweepEngine();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'faults-'));
    program = new Program(folder);
  });
  afterEach(async () => {
    await program.end('SIGKILL');
    await engine('restart', '--time', '1', container);
    rmSync(folder, { recursive: true, force: true });
  });

  it('killed at any moment and started again, it tells of all, and of each once', async () => {
    const ports: number[] = [];
    for (let round = 0; round < 5; round++) {
      program.begin();
      ports.push(await attack());
      // Each time at another moment: as it starts, and as it has seen what others told of before.
      if (round > 2) await program.told(container, ports[round - 2] as number);
      await program.end('SIGKILL');
      ports.push(await attack());
    }
    await program.start();
    for (const each of ports) await program.told(container, each);
    expect([...stories().values()].sort()).toEqual(ports.map((each) => `unknown-listener ${each}`).sort());
  });

  it('has its events anew when its tracing instances are taken away, and misses nothing meanwhile', async () => {
    const root = '/sys/kernel/tracing/instances';
    await program.start();
    const own = readdirSync(root).filter((name) => name.startsWith(`berthwatch-${program.pid}-`));
    expect(own.length).toBeGreaterThan(1);
    for (const name of own) {
      writeFileSync(join(root, name, 'tracing_on'), '0');
      try {
        rmdirSync(join(root, name));
      } catch {
        // One that is being read stays.
      }
    }
    const meanwhile = await attack();
    await program.told(container, meanwhile);
    await program.said('events of the kernel ended');
    await program.said('now at level trace');
    const after = await attack();
    await program.told(container, after);
    expect(program.audits().find(({ listener }) => listener.port === after)?.forensics.source).toBe('event');
    expect([...stories().values()]).toEqual([meanwhile, after].map((each) => `unknown-listener ${each}`));
  });

  it('tells of what the disk does not take, and records it when there is room again', async () => {
    mkdirSync(program.spool);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', program.spool]);
    try {
      await program.start();
      const filler = join(program.spool, 'filler');
      expect(() => writeFileSync(filler, Buffer.alloc(2 * 1024 * 1024))).toThrow('ENOSPC');
      const full = await attack();
      await program.told(container, full);
      await program.said('ENOSPC');
      rmSync(filler);
      const later = await attack();
      await program.told(container, later);
      await program.end('SIGTERM');
      await program.start();
      const last = await attack();
      await program.told(container, last);
      expect([...stories().values()]).toEqual([full, later, last].map((each) => `unknown-listener ${each}`));
    } finally {
      await program.end('SIGTERM');
      execFileSync('umount', [program.spool]);
    }
  });

  it('a receiver that was away gets all, each once', async () => {
    const received: { id: string }[] = [];
    const receiver = createServer(async (request, response) => {
      received.push(JSON.parse(await text(request)));
      response.end();
    });
    const address = await freePort(receiver);
    program = new Program(folder, [{ kind: 'webhook', url: `http://127.0.0.1:${address}/` }]);
    await program.start();
    await program.told(container, await attack());
    await program.said('webhook');
    await program.end('SIGKILL');
    await program.start();
    await program.told(container, await attack());
    receiver.listen(address, '127.0.0.1');
    try {
      const ids = [...stories().keys()];
      await until(() => ids.every((id) => received.some((each) => each.id === id)));
      expect(received.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
    } finally {
      receiver.close();
    }
  });

  it('while the engine does not answer, what it told counts, and what it did not tell is no alarm', async () => {
    const proxy = new EngineProxy(join(folder, 'engine.sock'));
    await proxy.open();
    program = new Program(folder, [], { engines: [`unix://${proxy.path}`], cri: [] });
    await program.start();
    await proxy.close();
    const other = await startContainer('nginx');
    try {
      const port = await attack();
      await program.told(container, port);
      await proxy.open();
      await program.said('over: ');
      await engine('restart', '--time', '1', other);
      const second = await attack();
      await program.told(container, second);
      expect([...stories(other).values()]).toEqual([port, second].map((each) => `unknown-listener ${each}`));
    } finally {
      await proxy.close();
      await removeContainer(other);
    }
  });

  it.skipIf(fakeClock === undefined)(
    'a clock that jumps (needs libfaketime) makes no alarm and hides none',
    async () => {
      const clock = join(folder, 'clock');
      const jump = (offset: string) => writeFileSync(clock, `${offset}\n`);
      jump('+0');
      await program.start([], {
        LD_PRELOAD: fakeClock,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      });
      const ports: number[] = [];
      const others: string[] = [];
      for (const offset of ['-2h', '+3h', '+0']) {
        jump(offset);
        const other = await startContainer('redis');
        others.push(other);
        try {
          while (!(await says(other, 'redis-cli ping')));
          ports.push(await attack());
          await program.told(container, port);
        } finally {
          await removeContainer(other);
        }
      }
      expect([...stories(...others).values()]).toEqual(ports.map((each) => `unknown-listener ${each}`));
    },
  );

  it('needs no more than a few rights of the kernel', async () => {
    await program.start(withOnly('sys_ptrace', 'dac_read_search', 'sys_admin'));
    expect(program.problems.filter((line) => line.startsWith('not at a better level'))).toEqual([]);
    const port = await attack();
    expect((await program.told(container, port)).forensics.source).toBe('event');
  });

  it('without them it says what it can not see, and tells of the rest', async () => {
    const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    program = new Program(folder, [], undefined, copyProgram(folder));
    for (const path of [folder, program.spool]) {
      mkdirSync(path, { recursive: true });
      chownSync(path, 65534, 65534);
    }
    await program.start(nobody);
    await program.said('not at a better level: events of the kernel');
    await program.said('do not let this user look at their network namespaces');
    await program.said('you may not use the container engine');
    await program.end('SIGTERM');
    expect(program.audits()).toEqual([]);
  });
});

/** Root with these capabilities alone. */
function withOnly(...capabilities: string[]): string[] {
  const set = ['-all', ...capabilities.map((name) => `+${name}`)].join(',');
  return ['setpriv', `--inh-caps=${set}`, `--bounding-set=${set}`];
}

/** The program where everybody may read it. */
function copyProgram(folder: string): string {
  const parts = ['bin', 'dist', 'package.json', `node_modules/@koromix`];
  for (const part of parts)
    cpSync(join(repository, part), join(folder, 'program', part), { recursive: true });
  return join(folder, 'program');
}

/** A port that nobody listens on. */
async function freePort(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A way to the engine that can be taken away. */
class EngineProxy {
  readonly path: string;
  #server = createProxy();
  readonly #open = new Set<Socket>();

  constructor(path: string) {
    this.path = path;
  }

  async open(): Promise<void> {
    this.#server = createProxy((client) => {
      const engine = connect('/var/run/docker.sock');
      for (const [one, other] of [
        [client, engine],
        [engine, client],
      ] as const) {
        this.#open.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => this.#open.delete(one));
      }
    });
    await new Promise<void>((done) => this.#server.listen(this.path, done));
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }
}
