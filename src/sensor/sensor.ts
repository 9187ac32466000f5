import type { Socket } from '../model/observation.ts';
import { Doubts } from './doubts.ts';
import { type Level, levelOf } from './level.ts';
import { Listens } from './listens.ts';
import { Lives } from './lives.ts';
import { Namespaces } from './namespaces.ts';
import { listPids } from './proc/read.ts';
import { Round } from './round.ts';
import { SocketLook } from './sockets/look.ts';
import { openTables } from './sockets/open-tables.ts';
import { HolderSweep } from './sockets/sweep.ts';
import { allTables, rawTables, type Table, tcpTables, udpTables } from './sockets/tables.ts';
import type { ListenEvent, TraceEvent } from './trace/events.ts';
import { Subscription } from './trace/subscription.ts';
import type { ProcessTree } from './tree.ts';

export interface SensorHandlers {
  /** A socket that was not there before, or whose holders are others now. */
  onSocket(socket: Socket, holders: readonly number[], source: 'event' | 'pass'): void;
  onGone(socket: Socket): void;
  /** Something listened and was gone before its socket could be looked at. */
  onVanished(event: ListenEvent): void;
  /** A process executed a program, the first that was seen in its mount namespace. */
  onExec(pid: number): void;
  /** Something was not seen, or can't be any more: a person's words, once for each time that it begins. */
  onProblem(text: string): void;
  /** What is seen, and how soon, is not as it was. */
  onLevel?(level: Level): void;
}

export interface SensorOptions {
  /** Milliseconds between two looks at UDP's tables, and at all where the kernel does not tell of events. */
  passInterval: number;
  /** Milliseconds in which the descriptors of all processes are looked at. */
  holderInterval: number;
  /** Of these milliseconds, those that may go into tables of one kind at each look; the rest of them come at the next. */
  roundTime: number;
}

const usual: SensorOptions = { passInterval: 1000, holderInterval: 30_000, roundTime: 2 };

/** Looks at UDP's tables between two looks at the network namespaces of all processes. */
const walkEvery = 10;

/** As `walkEvery`: between looks at tables of which events tell, or that are seldom used by who has something to hide. */
const seldomEvery = 5;
const seldomTables = [...tcpTables, ...rawTables];

/** All sockets of this host that others can reach, as they come and go. */
export class Sensor {
  readonly #handlers: SensorHandlers;
  readonly #options: SensorOptions;
  readonly #tables = openTables();
  readonly #namespaces = new Namespaces((namespace) => this.#tables.forget(namespace));
  readonly #look: SocketLook;
  readonly #listens: Listens;
  readonly #lives: Lives;
  readonly #doubts: Doubts;
  readonly #sweep: HolderSweep;
  readonly #udp: Round;
  readonly #seldom: Round;
  #subscription: Subscription | undefined;
  /** Why the kernel does not tell of events. */
  #lack: string | undefined = 'it was not started';
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  readonly #unreadable = new Set<number>();
  #isDenied = false;
  #isStopped = false;
  /** The events are about to be had anew. */
  #isEnding = false;

  constructor(handlers: SensorHandlers, options: Partial<SensorOptions> = {}) {
    this.#handlers = handlers;
    this.#options = { ...usual, ...options };
    const { passInterval, holderInterval, roundTime } = this.#options;
    this.#look = new SocketLook(this.#namespaces, this.#tables.read, {
      onSocket: (socket, holders, source) => {
        handlers.onSocket(socket, holders, source);
        this.#doubts.confirm(holders);
      },
      onGone: handlers.onGone.bind(handlers),
    });
    const hasEnded = (pid: number) => this.#lives.tree.hasEnded(pid);
    this.#listens = new Listens(this.#look, this.#namespaces, handlers.onVanished.bind(handlers), hasEnded);
    this.#lives = new Lives(this.#look, this.#namespaces, {
      onExec: handlers.onExec.bind(handlers),
      onNamespace: (namespace) => this.#visit(namespace, allTables),
      onStale: (namespace, table) => this.#doubts.suspect(namespace, table),
    });
    this.#doubts = new Doubts(this.#look, this.#namespaces, {
      onEnded: (pid) => this.#lives.ended(pid),
      onVisit: (namespace, tables) => this.#visit(namespace, tables),
      onWalk: () => this.#walk(),
    });
    const steps = Math.ceil(holderInterval / passInterval);
    this.#sweep = new HolderSweep(steps, (pid, inodes) => this.#look.recheck(pid, inodes));
    this.#udp = new Round(roundTime);
    this.#seldom = new Round(roundTime);
  }

  get tree(): ProcessTree {
    return this.#lives.tree;
  }

  get level(): Level {
    return levelOf({ events: this.#lack, tables: this.#tables.lack }, Math.round(this.#udp.seconds));
  }

  /** Subscribes first, then looks at what is there: nothing opens unseen in between. */
  async start(): Promise<void> {
    await this.#subscribe();
    this.pass(true);
    this.#timer = setInterval(() => this.#tick(), this.#options.passInterval);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#subscription?.close();
    this.#tables.close();
  }

  /** Looks at the tables of all namespaces that have a process. */
  pass(isFirst = false): void {
    this.#walk();
    for (const namespace of this.#namespaces.all()) this.#visit(namespace, allTables, isFirst);
    this.#look.searchHolders();
  }

  #tick(): void {
    this.#ticks++;
    this.#look.searchHolders();
    if (this.#subscription === undefined) this.pass();
    else this.#tickTold(this.#subscription);
    this.#sweep.step();
    const { passInterval, holderInterval } = this.#options;
    if (this.#ticks % Math.ceil(holderInterval / passInterval) !== 0) return;
    this.#subscription?.verify();
    if (this.#subscription === undefined && !this.#isEnding) void this.#subscribe();
  }

  /** What the kernel's events don't tell, and a rare look whether they told all. */
  #tickTold(subscription: Subscription): void {
    subscription.check();
    if (this.#ticks % walkEvery === 0) this.#walk();
    const all = this.#namespaces.all();
    const active = this.#lives.takeActive();
    this.#udp.turn(all, active, (namespace) => this.#visit(namespace, udpTables));
    if (this.#ticks % seldomEvery !== 0) return;
    this.#seldom.turn(all, active, (namespace) => this.#visit(namespace, seldomTables));
  }

  /** Where all processes are. */
  #walk(): void {
    const pids = listPids();
    const there = new Set(pids);
    // Where the kernel tells of events, they have been let go of already.
    for (const pid of this.#look.book.holders()) if (!there.has(pid)) this.#lives.ended(pid);
    const fresh = this.#namespaces.walk(pids);
    this.#tables.keep(new Set(this.#namespaces.all()));
    for (const namespace of fresh) this.#visit(namespace, allTables);
    for (const namespace of this.#look.book.namespaces()) {
      if (this.#namespaces.pidsIn(namespace).size === 0) this.#abandon(namespace);
    }
    const { denied } = this.#namespaces;
    if (denied > 0 && !this.#isDenied) {
      this.#handlers.onProblem(`${denied} processes do not let this user look at their network namespaces`);
    }
    this.#isDenied = denied > 0;
  }

  #visit(namespace: number, tables: readonly Table[], isFirst = false): void {
    if (this.#look.pass(namespace, tables, isFirst)) {
      this.#unreadable.delete(namespace);
      return;
    }
    if (this.#namespaces.pidsIn(namespace).size === 0) this.#abandon(namespace);
    else this.#isUnreadable(namespace, 'its tables may not be read by this user');
  }

  #isUnreadable(namespace: number, reason: string): void {
    if (this.#unreadable.has(namespace)) return;
    this.#unreadable.add(namespace);
    this.#handlers.onProblem(`sockets of network namespace ${namespace} can't be seen: ${reason}`);
  }

  /** No process of it is known. Others may have come into it that were not seen yet, or hold its sockets from outside. */
  #abandon(namespace: number): void {
    if (!this.#look.abandon(namespace)) this.#unreadable.delete(namespace);
    else this.#isUnreadable(namespace, 'no process is in it any more, some only hold sockets of it');
  }

  async #subscribe(): Promise<void> {
    const subscription = new Subscription({
      onEvent: (event) => this.#take(event),
      onEnd: (reason) => void this.#resubscribe(reason),
    });
    try {
      if (this.#isStopped) return;
      await subscription.open();
      this.#subscription = subscription;
      this.#lack = undefined;
    } catch (error) {
      this.#lack = `events of the kernel: ${(error as Error).message}`;
    }
    this.#handlers.onLevel?.(this.level);
  }

  /** What happened since it ended is in the tables. */
  async #resubscribe(reason: string): Promise<void> {
    const ended = this.#subscription;
    this.#subscription = undefined;
    this.#lack = `events of the kernel ended: ${reason}`;
    this.#handlers.onProblem(`events of the kernel ended (${reason}); all tables are read again`);
    this.#handlers.onLevel?.(this.level);
    this.#isEnding = true;
    await ended?.close();
    await this.#subscribe();
    this.#isEnding = false;
    this.#lookAtAll();
  }

  #lookAtAll(): void {
    this.pass();
    this.#sweep.whole();
    this.#lives.prune();
  }

  #take(event: TraceEvent): void {
    if (event.kind === 'listen') void this.#listens.opened(event);
    else if (event.kind === 'close') {
      this.#listens.closed(event.tid, event.address, event.port);
      this.#lives.closed(event.tid, event.address, event.port);
    } else if (event.kind !== 'lost') this.#lives.take(event);
    else {
      this.#handlers.onProblem(`${event.count} events of the kernel were lost; all tables are read again`);
      this.#lookAtAll();
    }
  }
}
