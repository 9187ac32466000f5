import type { Namespaces } from './namespaces.ts';
import { readArgv, readThreadGroup } from './proc/process.ts';
import { isThere, readNamespace } from './proc/read.ts';
import type { Known } from './sockets/book.ts';
import { socketsOf } from './sockets/holders.ts';
import type { SocketLook } from './sockets/look.ts';
import type { Table } from './sockets/tables.ts';
import type { TraceEvent } from './trace/events.ts';
import { ProcessTree } from './tree.ts';

export interface LivesHandlers {
  /** A program was executed, the first that was seen in its mount namespace. */
  onExec(pid: number): void;
  /** A network namespace that was not known before. */
  onNamespace(namespace: number): void;
  /** A socket of it may be gone, or have lost its holders. */
  onStale(namespace: number, table: Table): void;
}

export type LifeEvent = Extract<TraceEvent, { kind: 'fork' | 'exec' | 'exit' | 'move' }>;

/** Programs of which more than their end and start is looked at, each second; a storm of them costs no more. */
const mostLookedAt = 1000;

/** How often a namespace is looked at before others after a program was executed in it: servers open their sockets soon. */
const activeTimes = 5;

/** What programs that start and end mean for the sockets: each of a thousand events a second must cost next to nothing. */
export class Lives {
  readonly tree = new ProcessTree();
  readonly #look: SocketLook;
  readonly #namespaces: Namespaces;
  readonly #handlers: LivesHandlers;
  /** Mount namespaces, by the process that was first seen there. */
  readonly #roots = new Map<number, number>();
  readonly #firstOf = new Map<number, number>();
  /** Started by a process that holds sockets: they may have inherited them, which counts when they execute a program. */
  readonly #heirs = new Set<number>();
  /** Network namespaces in which programs were executed, and how often they are still to be looked at for that. */
  readonly #active = new Map<number, number>();
  #second = 0;
  #lookedAt = 0;

  constructor(look: SocketLook, namespaces: Namespaces, handlers: LivesHandlers) {
    this.#look = look;
    this.#namespaces = namespaces;
    this.#handlers = handlers;
    const own = readNamespace(process.pid, 'mnt');
    if (own !== undefined) this.#roots.set(own, process.pid);
  }

  take(event: LifeEvent): void {
    if (event.kind === 'fork') this.#forked(event.parent, event.child);
    else if (event.kind === 'exec') this.#executed(event.pid, event.file);
    else if (event.kind === 'move') this.tree.moved(event.pid, event.cgroup);
    else this.ended(event.pid);
  }

  /** A TCP socket stopped to listen: one of those that the tables had so. */
  closed(tid: number, address: string, port: number): void {
    const matches = ({ socket }: Known) =>
      socket.transport === 'tcp' && socket.port === port && socket.address === address;
    const own = [...this.#look.book.heldBy(readThreadGroup(tid) ?? tid)].filter(matches);
    const found = own.length > 0 ? own : [...this.#look.book.all()].filter(matches);
    for (const { socket, table } of found) this.#handlers.onStale(socket.namespace, table);
  }

  /** Network namespaces in which programs were executed when this was asked a few times ago, or since. */
  takeActive(): number[] {
    const active = [...this.#active];
    for (const [namespace, times] of active) {
      if (times > 1) this.#active.set(namespace, times - 1);
      else this.#active.delete(namespace);
    }
    return active.map(([namespace]) => namespace);
  }

  /** Some ends were not told: forgets what is no longer there. */
  prune(): void {
    for (const pid of [...this.#heirs, ...this.#firstOf.keys(), ...this.tree.pids()]) {
      if (!isThere(pid)) this.ended(pid);
    }
  }

  #forked(parent: number, child: number): void {
    this.tree.forked(parent, child);
    if (this.#heirs.has(parent) || this.#look.book.heldBy(parent).size > 0) this.#heirs.add(child);
  }

  #executed(pid: number, file: string | undefined): void {
    const isHeir = this.#heirs.delete(pid);
    if (isHeir || this.#look.book.heldBy(pid).size > 0) this.#look.recheck(pid, socketsOf(pid), true);
    if (!this.#mayLook()) {
      this.tree.executed(pid, undefined, file);
      return;
    }
    this.tree.executed(pid, readArgv(pid), file);
    const known = this.#namespaces.of(pid);
    const network = this.#namespaces.look(pid);
    if (network !== undefined) {
      this.#active.set(network, activeTimes);
      if (network !== known && this.#namespaces.pidsIn(network).size === 1)
        this.#handlers.onNamespace(network);
    }
    this.#seeRoot(pid);
  }

  #seeRoot(pid: number): void {
    const root = readNamespace(pid, 'mnt');
    if (root === undefined || this.#roots.has(root)) return;
    this.#roots.set(root, pid);
    this.#firstOf.set(pid, root);
    this.#handlers.onExec(pid);
  }

  /** It is gone, or about to go. */
  ended(pid: number): void {
    this.tree.ended(pid);
    this.#heirs.delete(pid);
    this.#namespaces.ended(pid);
    // Its number is free for another namespace when all of its processes have ended.
    const root = this.#firstOf.get(pid);
    if (root !== undefined) {
      this.#firstOf.delete(pid);
      this.#roots.delete(root);
    }
    for (const { socket, table } of this.#look.release(pid)) this.#handlers.onStale(socket.namespace, table);
  }

  #mayLook(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) [this.#second, this.#lookedAt] = [second, 0];
    return ++this.#lookedAt <= mostLookedAt;
  }
}
