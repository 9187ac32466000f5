import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { Socket } from '../model/observation.ts';
import type { Namespaces } from './namespaces.ts';
import { readThreadGroup } from './proc/process.ts';
import { listPids, readNamespace } from './proc/read.ts';
import type { Known } from './sockets/book.ts';
import { now, type SocketLook, type Suspect } from './sockets/look.ts';
import { type Table, tcpTables } from './sockets/tables.ts';
import type { ListenEvent } from './trace/events.ts';

/**
 * Milliseconds between looks for the socket that an event told of: the kernel tells some microseconds before it is in the
 * tables, and much earlier where its process has to wait for a processor.
 */
const lookAgain = [0, 0, 0, 1, 4, 16, 64];

/** Seconds in which all namespaces are looked through at most once for sockets that are not in their process's own. */
const searchInterval = 1;

/** Milliseconds between looks for the holder of a socket that was handed on while it was looked for. */
const searchAgain = [20, 100];

interface Pending {
  event: ListenEvent;
  isClosed: boolean;
}

/** Finds the sockets that events of the kernel tell of. */
export class Listens {
  readonly #look: SocketLook;
  readonly #namespaces: Namespaces;
  readonly #onVanished: (event: ListenEvent) => void;
  readonly #hasEnded: (pid: number) => boolean;
  readonly #pending = new Set<Pending>();
  #search: Promise<void> | undefined;
  #lastSearch = Number.NEGATIVE_INFINITY;

  constructor(
    look: SocketLook,
    namespaces: Namespaces,
    onVanished: (event: ListenEvent) => void,
    hasEnded: (pid: number) => boolean,
  ) {
    this.#hasEnded = hasEnded;
    this.#look = look;
    this.#namespaces = namespaces;
    this.#onVanished = onVanished;
  }

  async opened(event: ListenEvent): Promise<void> {
    const pending: Pending = { event, isClosed: false };
    this.#pending.add(pending);
    const isFound = await this.#find(pending);
    this.#pending.delete(pending);
    if (!isFound) this.#onVanished(pending.event);
  }

  /** A socket stopped to listen, which may be one that is still looked for. */
  closed(tid: number, address: string, port: number): void {
    for (const pending of this.#pending) {
      const { event } = pending;
      if (event.tid !== tid || event.address !== address || (event.port !== 0 && event.port !== port))
        continue;
      pending.isClosed = true;
      pending.event = { ...event, port };
    }
  }

  async #find(pending: Pending): Promise<boolean> {
    const { event } = pending;
    // Threads are not among those whose namespace is known.
    const isProcess = this.#namespaces.of(event.tid) !== undefined;
    const pid = isProcess ? event.tid : readThreadGroup(event.tid);
    const namespace = readNamespace(event.tid, 'net');
    const tables = tcpTables.filter(({ family }) => family === (event.address.includes(':') ? 6 : 4));
    if (pid !== undefined && namespace !== undefined) {
      if (pid === event.tid) this.#namespaces.look(pid);
      const suspect = { pid, tid: event.tid, isIts: (socket: Socket) => isOf(socket, event) };
      if (await this.#findIn(namespace, tables, suspect, pending)) {
        await this.#leaveTo(pid);
        return true;
      }
    }
    // Its process is gone or in another namespace than the socket, which others may hold.
    if (!pending.isClosed) await this.#lookEverywhere();
    // Where another socket is in its way, the event was of a call that failed for that reason.
    const known = [...this.#look.book.all()];
    return hasNew(known, event, pid) || known.some(({ socket }) => isOf(socket, event));
  }

  async #findIn(
    namespace: number,
    tables: readonly Table[],
    suspect: Suspect,
    pending: Pending,
  ): Promise<boolean> {
    for (const [round, delay] of lookAgain.entries()) {
      if (delay > 0) await wait(delay);
      else if (round > 0) await nextTurn();
      if (pending.isClosed) return false;
      if (!this.#look.event(namespace, tables, suspect)) return false;
      if (hasNew(this.#look.book.in(namespace), pending.event, suspect.pid)) return true;
    }
    return false;
  }

  /** Its end may have been told of before it was found to hold the socket: a child does by then. */
  async #leaveTo(pid: number): Promise<void> {
    if (!this.#hasEnded(pid)) return;
    this.#look.release(pid);
    await this.#searchHolders();
  }

  /** Once for all that ask meanwhile, so that a flood of listeners that are gone costs no more than one. */
  #lookEverywhere(): Promise<void> {
    this.#search ??= this.#searchAll().finally(() => {
      this.#search = undefined;
      this.#lastSearch = now();
    });
    return this.#search;
  }

  async #searchAll(): Promise<void> {
    const rest = this.#lastSearch + searchInterval - now();
    if (rest > 0) await wait(rest * 1000);
    this.#namespaces.walk(listPids());
    for (const namespace of this.#namespaces.all()) {
      this.#look.pass(namespace, tcpTables);
      await nextTurn();
    }
    await this.#searchHolders();
  }

  async #searchHolders(): Promise<void> {
    let nobodys = this.#look.searchHolders();
    for (const delay of searchAgain) {
      if (nobodys === 0) return;
      await wait(delay);
      nobodys = this.#look.searchHolders();
    }
  }
}

/** Whether there is what an event told of, and not only another one of the same port, which it may share. */
function hasNew(sockets: Iterable<Known>, event: ListenEvent, pid: number | undefined): boolean {
  for (const { socket, holders, seen } of sockets) {
    if (seen < event.time) continue;
    const isIts = event.port === 0 ? pid !== undefined && holders.has(pid) : isOf(socket, event);
    if (isIts && socket.transport === 'tcp') return true;
  }
  return false;
}

function isOf({ transport, address, port }: Socket, event: ListenEvent): boolean {
  if (transport !== 'tcp') return false;
  const isAny = [address, event.address].some((each) => each === '0.0.0.0' || each === '::');
  return event.port !== 0 && port === event.port && (isAny || address === event.address);
}
