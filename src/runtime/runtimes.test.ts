import { mkdtempSync } from 'node:fs';
import * as http from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../tests/builders/image.ts';
import { openRuntimes, type Runtimes, type RuntimesOptions } from './runtimes.ts';

// The socket's path must be short: sun_path holds 108 bytes.
const dir = temporaryFolder();
const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];

/** An engine that the test is. */
class Engine {
  readonly containers = new Map<string, { Status: string; Pid: number }>();
  readonly asked: string[] = [];
  /** Whether it answers questions for a container. */
  isMute = false;
  readonly #socket: string;
  readonly #server = http.createServer((request, response) => this.#answer(request.url ?? '', response));
  #events: http.ServerResponse[] = [];

  constructor(socket: string) {
    this.#socket = socket;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#socket, resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  tell(Action: string, ID: string): void {
    for (const events of this.#events) {
      events.write(`${JSON.stringify({ Type: 'container', Action, Actor: { ID } })}\n`);
    }
  }

  #answer(url: string, response: http.ServerResponse): void {
    const [, id] = /^\/containers\/(\w{64})\/json/.exec(url) ?? [];
    if (url === '/version') response.end('{"Version":"1.2"}');
    else if (url.startsWith('/events')) this.#stream(response);
    else if (id !== undefined) this.#tellOf(id, response);
    else response.end(JSON.stringify([...this.containers.keys()].map((Id) => ({ Id }))));
  }

  #stream(response: http.ServerResponse): void {
    this.#events.push(response);
    response.flushHeaders();
  }

  #tellOf(Id: string, response: http.ServerResponse): void {
    this.asked.push(Id);
    if (this.isMute) return;
    const State = this.containers.get(Id);
    if (State) response.end(JSON.stringify({ Id, State, Path: '/run', Name: `/${Id.slice(0, 2)}` }));
    else response.writeHead(404).end('{"message":"No such container"}');
  }
}

const engines: Engine[] = [];
const opened: Runtimes[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const runtimes of opened.splice(0)) runtimes.close();
  for (const engine of engines.splice(0)) await engine.stop();
});

const newSocket = () => join(mkdtempSync(join(dir, 'r-')), 's');

async function startEngine(socket = newSocket(), containers: Record<string, number> = {}) {
  const engine = new Engine(socket);
  for (const [id, Pid] of Object.entries(containers)) engine.containers.set(id, { Status: 'running', Pid });
  engines.push(await engine.start());
  return engine;
}

/** Process 1 is of container `a`, 2 of `b`, and so on. */
const cgroupOf = (pid: number) => `0::/docker/${[a, b, c][pid - 1]}\n`;

async function open(socket: string, options: Partial<RuntimesOptions> = {}) {
  const told: string[] = [];
  const runtimes = await openRuntimes({
    env: {},
    cgroupOf,
    endpoints: { engines: [`unix://${socket}`] },
    onChange: ({ kind, declaration: { workload, pid } }) => told.push(`${kind} ${workload.name} ${pid}`),
    onProblem: ({ message, isOver }) => told.push(`${isOver ? 'over' : 'problem'}: ${message}`),
    ...options,
  });
  opened.push(runtimes);
  return { runtimes, told };
}

describe('openRuntimes', () => {
  it('knows what runs once it is open, and whose a process is', async () => {
    const socket = newSocket();
    await startEngine(socket, { [a]: 1, [b]: 2 });
    const { runtimes, told } = await open(socket);
    expect(told.sort()).toEqual(['declared aa 1', 'declared bb 2']);
    const found = runtimes.declarationOf(1);
    expect(found).toMatchObject({ place: { id: a }, declaration: { workload: { name: 'aa' } } });
    expect(found).not.toHaveProperty('later');
    expect(runtimes.declarationOf(`0::/docker/${a}/docker/${b}`)?.declaration.workload.name).toBe('aa');
    expect(runtimes.declarationOf(`0::/user.slice/docker-${b}.scope`)?.place.kind).toBe('host');
    expect(runtimes.declarationOf('0::/system.slice/x.service')?.declaration).toMatchObject({
      workload: { id: '/system.slice/x.service', name: 'x.service', runtime: 'host' },
      start: undefined,
      isHostNetwork: true,
    });
    expect(runtimes.describe()).toMatchObject([
      { state: { kind: 'connected', runtime: 'docker', version: '1.2' }, tells: 'events', containers: 2 },
    ]);
  });

  it('a process that is gone is nobody’s', async () => {
    const { runtimes } = await open(newSocket(), { cgroupOf: () => undefined });
    expect(runtimes.declarationOf(7)).toBeUndefined();
  });

  it('a container that nobody has told of: what is known at once, the rest later, asked for once', async () => {
    const socket = newSocket();
    const engine = await startEngine(socket);
    const { runtimes, told } = await open(socket);
    engine.containers.set(a, { Status: 'running', Pid: 1 });
    const found = runtimes.declarationOf(1);
    const again = runtimes.declarationOf(1);
    expect(found?.declaration).toMatchObject({ workload: { id: a, runtime: 'docker' }, start: undefined });
    expect(await found?.later).toMatchObject({ workload: { id: a }, pid: 1, start: { cmd: ['/run'] } });
    expect(await again?.later).toBe(await found?.later);
    expect(engine.asked).toEqual([a]);
    expect(told).toEqual(['declared aa 1']);
    expect(await runtimes.declarationOf(3)?.later).toBeUndefined();
  });

  it('an engine that does not answer holds up nobody', async () => {
    const socket = newSocket();
    const engine = await startEngine(socket);
    const { runtimes } = await open(socket, { askTime: 20 });
    engine.isMute = true;
    expect(await runtimes.declarationOf(1)?.later).toBeUndefined();
  });

  it('follows events, and looks again rather than believing their order', async () => {
    const socket = newSocket();
    const engine = await startEngine(socket);
    const { runtimes, told } = await open(socket);
    engine.containers.set(a, { Status: 'created', Pid: 0 });
    engine.tell('create', a);
    await vi.waitFor(() => expect(told).toEqual(['declared aa 0']));
    engine.containers.set(a, { Status: 'running', Pid: 1 });
    // The end of its last run, told late.
    engine.tell('die', a);
    await vi.waitFor(() => expect(told).toEqual(['declared aa 0', 'declared aa 1']));
    engine.containers.delete(a);
    engine.tell('destroy', a);
    await vi.waitFor(() => expect(told.at(-1)).toBe('ended aa 1'));
    expect(runtimes.declarations()).toEqual([]);
    // What it did last is still its own.
    expect(runtimes.declarationOf(1)?.declaration.workload.name).toBe('aa');
  });

  it('while the engine is away what was known stays; then only the difference is told', async () => {
    const socket = newSocket();
    const before = await startEngine(socket, { [a]: 1, [b]: 2 });
    const { runtimes, told } = await open(socket);
    told.length = 0;
    await engines.pop()?.stop();
    await vi.waitFor(() => expect(told).toHaveLength(1));
    expect(runtimes.declarationOf(1)?.declaration.workload.name).toBe('aa');
    expect(runtimes.describe()).toMatchObject([{ state: { kind: 'unreachable' }, containers: 2 }]);
    expect(before.asked).toHaveLength(2);
    await startEngine(socket, { [a]: 1, [c]: 3 });
    await vi.waitFor(() => expect(told).toHaveLength(4), { timeout: 10_000 });
    expect(told.sort()).toEqual([
      'declared cc 3',
      'ended bb 2',
      'over: the connection to the container engine broke',
      'problem: the connection to the container engine broke',
    ]);
  });

  it('a named endpoint with nothing there is a problem, told once', async () => {
    const { runtimes, told } = await open(newSocket());
    expect(told).toEqual(['problem: no container engine answers (ENOENT)']);
    expect(runtimes.describe()).toMatchObject([{ state: { kind: 'unreachable', next: /^start Docker/ } }]);
  });

  it('what answers like no engine is a problem', async () => {
    const socket = newSocket();
    const server = http.createServer((_, response) => response.writeHead(500).end('{"message":"no"}'));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const { told } = await open(socket);
    expect(told).toEqual(['problem: the container engine answers: no']);
    server.closeAllConnections();
    server.close();
  });
});
