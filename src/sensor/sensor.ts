import { setTimeout as wait } from 'node:timers/promises';
import type { Socket } from '../model/observation.ts';
import { type Level, levelOf } from './level.ts';
import { readArgv, readThreadGroup } from './proc/process.ts';
import { listPids, readNamespace } from './proc/read.ts';
import { findHolders, socketsOf } from './sockets/holders.ts';
import { readSockets } from './sockets/read.ts';
import { type ListenEvent, parseEvent } from './trace/events.ts';
import { TraceInstance } from './trace/instance.ts';
import { ProcessTree } from './tree.ts';

export interface SensorHandlers {
  /** A socket that was not there before, or whose holders are others now. */
  onSocket(socket: Socket, holders: readonly number[], source: 'event' | 'pass'): void;
  onGone(socket: Socket): void;
  /** Something listened and was gone before its socket could be looked at. */
  onVanished(event: ListenEvent): void;
  /** A process executed a program. */
  onExec(pid: number): void;
  /** Something was not seen, or can't be any more: a person's words. */
  onProblem(text: string): void;
}

export interface SensorOptions {
  /** Milliseconds between two looks at all tables where the kernel tells of events, and at UDP's. */
  passInterval: number;
  /** Milliseconds between two looks at who holds what. */
  holderInterval: number;
}

const usual: SensorOptions = { passInterval: 1000, holderInterval: 30_000 };

/** Milliseconds between looks for the socket that an event told of: the kernel tells before it is in the tables. */
const lookAgain = [0, 1, 4, 16, 64];

interface Known {
  socket: Socket;
  holders: readonly number[];
}

/** All sockets of this host that others can reach, as they come and go. */
export class Sensor {
  readonly tree = new ProcessTree();
  readonly #handlers: SensorHandlers;
  readonly #options: SensorOptions;
  readonly #known = new Map<number, Known>();
  /** A process in each network namespace. */
  readonly #namespaces = new Map<number, number>();
  #traces: TraceInstance[] = [];
  #timers: NodeJS.Timeout[] = [];
  level: Level = levelOf(['it was not started']);

  constructor(handlers: SensorHandlers, options: Partial<SensorOptions> = {}) {
    this.#handlers = handlers;
    this.#options = { ...usual, ...options };
  }

  /** Subscribes first, then looks at what is there: nothing opens unseen in between. */
  async start(): Promise<void> {
    this.level = levelOf(await this.#subscribe());
    this.pass();
    const { passInterval, holderInterval } = this.#options;
    this.#timers = [
      setInterval(() => this.pass(), passInterval),
      setInterval(() => this.#lookAtHolders(), holderInterval),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#traces.map((trace) => trace.close()));
  }

  /** Looks at the tables of all namespaces that have a process. */
  pass(): void {
    this.#findNamespaces();
    for (const [namespace, pid] of this.#namespaces) {
      if (!this.#look(namespace, pid, 'pass')) this.#namespaces.delete(namespace);
    }
  }

  #findNamespaces(): void {
    this.#namespaces.clear();
    for (const pid of listPids()) {
      const namespace = readNamespace(pid, 'net');
      if (namespace !== undefined && !this.#namespaces.has(namespace)) this.#namespaces.set(namespace, pid);
    }
  }

  /** False when the process is gone, and with it the way to its namespace. `suspect` is looked at first. */
  #look(namespace: number, pid: number, source: 'event' | 'pass', suspect?: number): boolean {
    const sockets = readSockets(pid, namespace);
    if (sockets === undefined) return false;
    this.#forgetGone(namespace, new Set(sockets.map(({ inode }) => inode)));
    const fresh = sockets.filter(({ inode }) => !this.#known.has(inode));
    if (fresh.length === 0) return true;
    const holders = this.#holdersOf(fresh, suspect);
    for (const socket of fresh) {
      const found = holders.get(socket.inode) ?? [];
      this.#known.set(socket.inode, { socket, holders: found });
      this.#handlers.onSocket(socket, found, source);
    }
    return true;
  }

  #holdersOf(sockets: readonly Socket[], suspect: number | undefined): Map<number, number[]> {
    const wanted = new Set(sockets.map(({ inode }) => inode));
    const own = suspect === undefined ? undefined : socketsOf(suspect);
    if (own !== undefined && sockets.every(({ inode }) => own.has(inode))) {
      return new Map(sockets.map(({ inode }) => [inode, [suspect as number]]));
    }
    return findHolders(wanted);
  }

  #forgetGone(namespace: number, there: ReadonlySet<number>): void {
    for (const [inode, { socket }] of this.#known) {
      if (socket.namespace !== namespace || there.has(inode)) continue;
      this.#known.delete(inode);
      this.#handlers.onGone(socket);
    }
  }

  /** Descriptors are inherited, passed on and stolen: who holds a socket may change while it stays the same. */
  #lookAtHolders(only?: number): void {
    const inodes = new Set(this.#known.keys());
    const found = findHolders(inodes, only === undefined ? undefined : [only]);
    for (const [inode, known] of this.#known) {
      const seen = found.get(inode) ?? [];
      const holders = only === undefined ? seen : [...new Set([...known.holders, ...seen])];
      const isSame = holders.every((pid) => known.holders.includes(pid));
      known.holders = holders;
      if (!isSame || (only !== undefined && seen.length > 0)) {
        this.#handlers.onSocket(known.socket, holders, 'pass');
      }
    }
  }

  /** What this host lacks; empty when it tells all. */
  async #subscribe(): Promise<string[]> {
    const onEnd = (reason: string) => this.#handlers.onProblem(`tracing ended: ${reason}`);
    const onLines = (lines: string[]) => {
      for (const line of lines) this.#take(line);
    };
    try {
      // Two of them, so that a storm of programs can't push a listener out of the buffer.
      const listens = { 'sock/inet_sock_set_state': 'newstate == 10' };
      this.#traces.push(
        new TraceInstance({ purpose: 'listen', events: listens, bufferKilobytes: 512, onLines, onEnd }),
      );
      const lives = {
        'sched/sched_process_fork': '',
        'sched/sched_process_exec': '',
        'sched/sched_process_exit': '',
      };
      this.#traces.push(
        new TraceInstance({ purpose: 'life', events: lives, bufferKilobytes: 4096, onLines, onEnd }),
      );
      for (const trace of this.#traces) await trace.start();
      return [];
    } catch (error) {
      await Promise.all(this.#traces.splice(0).map((trace) => trace.close()));
      return [`events of the kernel: ${(error as Error).message}`];
    }
  }

  #take(line: string): void {
    const event = parseEvent(line);
    if (event === undefined) return;
    if (event.kind === 'listen') void this.#listened(event);
    else if (event.kind === 'fork') this.tree.forked(event.parent, event.child);
    else if (event.kind === 'exit') this.tree.ended(event.pid);
    else if (event.kind === 'exec') this.#executed(event.pid);
    else {
      this.#handlers.onProblem(`${event.count} events of the kernel were lost; all tables are read again`);
      this.pass();
      this.#lookAtHolders();
    }
  }

  #executed(pid: number): void {
    this.tree.executed(pid, readArgv(pid));
    if ([...this.#known.values()].some(({ holders }) => holders.includes(pid))) this.#lookAtHolders(pid);
    this.#handlers.onExec(pid);
  }

  async #listened(event: ListenEvent): Promise<void> {
    const pid = readThreadGroup(event.tid);
    const namespace = pid === undefined ? undefined : readNamespace(pid, 'net');
    if (pid === undefined || namespace === undefined) {
      this.pass();
      return this.#handlers.onVanished(event);
    }
    for (const delay of lookAgain) {
      if (delay > 0) await wait(delay);
      this.#look(namespace, pid, 'event', pid);
      if (this.#isKnown(namespace, event, pid)) return;
    }
    this.#handlers.onVanished(event);
  }

  /**
   * Whether the tables have what an event told of. Where another socket has the port, the event was of a call that
   * failed for that reason.
   */
  #isKnown(namespace: number, { port }: ListenEvent, pid: number): boolean {
    return [...this.#known.values()].some(({ socket, holders }) => {
      if (socket.namespace !== namespace || socket.transport !== 'tcp') return false;
      return port === 0 ? holders.includes(pid) : socket.port === port;
    });
  }
}
