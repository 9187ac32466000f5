import type { Namespaces } from './namespaces.ts';
import { isThere } from './proc/read.ts';
import type { SocketLook } from './sockets/look.ts';
import type { Table } from './sockets/tables.ts';

/** Milliseconds after which a holder that was found is looked for once more. */
const confirmDelay = 100;

/** Milliseconds in which sockets that may be gone are gathered before they are looked at. */
const goneDelay = 20;

export interface DoubtsHandlers {
  /** A holder that was found had ended. */
  onEnded(pid: number): void;
  /** These tables should be read again. */
  onVisit(namespace: number, tables: readonly Table[]): void;
  /** All processes should be looked at: a namespace has none that is known. */
  onWalk(): void;
}

/** What may not hold any more is gathered for a moment, and then looked at once. */
export class Doubts {
  readonly #look: SocketLook;
  readonly #namespaces: Namespaces;
  readonly #handlers: DoubtsHandlers;
  /** Tables of namespaces in which something may be gone. */
  readonly #stale = new Map<number, Set<Table>>();
  /** Holders that were just found, which may have ended meanwhile. */
  readonly #unsure = new Set<number>();

  constructor(look: SocketLook, namespaces: Namespaces, handlers: DoubtsHandlers) {
    this.#look = look;
    this.#namespaces = namespaces;
    this.#handlers = handlers;
  }

  /** The end of a process may have been told before the socket that it held, which others may have inherited. */
  confirm(holders: readonly number[]): void {
    if (this.#unsure.size === 0) setTimeout(() => this.#lookAtUnsure(), confirmDelay).unref();
    for (const pid of holders) this.#unsure.add(pid);
  }

  /** A socket of this table may be gone. */
  suspect(namespace: number, table: Table): void {
    if (this.#stale.size === 0) setTimeout(() => this.#lookAtStale(), goneDelay).unref();
    const tables = this.#stale.get(namespace);
    if (tables === undefined) this.#stale.set(namespace, new Set([table]));
    else tables.add(table);
  }

  #lookAtUnsure(): void {
    const gone = [...this.#unsure].filter((pid) => !isThere(pid));
    this.#unsure.clear();
    for (const pid of gone) this.#handlers.onEnded(pid);
  }

  #lookAtStale(): void {
    const stale = [...this.#stale];
    this.#stale.clear();
    // Its last known process ended, but others may have been started there.
    if (stale.some(([namespace]) => this.#namespaces.pidsIn(namespace).size === 0)) this.#handlers.onWalk();
    for (const [namespace, tables] of stale) this.#handlers.onVisit(namespace, [...tables]);
    this.#searchHolders();
  }

  /** Until each has one, or was looked for often enough: they are handed on while they are looked for. */
  #searchHolders(): void {
    if (this.#look.searchHolders() > 0) setTimeout(() => this.#searchHolders(), goneDelay).unref();
  }
}
