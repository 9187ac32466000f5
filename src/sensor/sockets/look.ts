import type { Socket } from '../../model/observation.ts';
import type { Namespaces } from '../namespaces.ts';
import { listPids } from '../proc/read.ts';
import { type Known, SocketBook } from './book.ts';
import { isEphemeral } from './ephemeral.ts';
import { findHolders, freshSocketsOf } from './holders.ts';
import type { Contents, Table, TableReader } from './tables.ts';

export interface LookHandlers {
  onSocket(socket: Socket, holders: readonly number[], source: 'event' | 'pass'): void;
  onGone(socket: Socket): void;
}

/** A process that is known to have just opened a socket. */
export interface Suspect {
  pid: number;
  /** One of its threads, whose network namespace may be another one. */
  tid: number;
  /** Whether a socket that none of its descriptors shows is the one it opened. */
  isIts: (socket: Socket) => boolean;
}

/** Processes that are asked for the tables of their namespace before it counts as one that can't be read. */
const mostWays = 5;

/** How often the holder of a socket is looked for: some have none that can be seen. */
const mostTries = 5;

/** What is in the tables of the kernel, held against what was there before. */
export class SocketLook {
  readonly book = new SocketBook();
  readonly #namespaces: Namespaces;
  readonly #read: TableReader;
  readonly #handlers: LookHandlers;
  /** Sockets that were seen, but not yet told of: their holders are looked for among all processes. */
  readonly #unheld = new Map<number, Known>();
  /** Known sockets whose last known holder has let go of them. */
  readonly #orphans = new Set<Known>();
  /** Known sockets that nobody held when that was looked for last, and how often it was. */
  readonly #nobodys = new Map<Known, number>();
  /** Sockets that may be clients', seen once: those are gone in a moment. */
  readonly #young = new Map<number, Map<number, Table>>();

  constructor(namespaces: Namespaces, read: TableReader, handlers: LookHandlers) {
    this.#namespaces = namespaces;
    this.#read = read;
    this.#handlers = handlers;
  }

  /** All that is new there, and all that is gone. False when no process leads into that namespace. */
  pass(namespace: number, tables: readonly Table[], isFirst = false): boolean {
    const contents = this.#contents(namespace, tables);
    if (contents === undefined) return false;
    const fresh = this.#compare(namespace, contents);
    const lasting = isFirst ? fresh : this.#lasting(namespace, tables, fresh);
    const wanted = new Set(lasting.map(({ socket }) => socket.inode));
    const holders = findHolders(wanted, [...this.#namespaces.pidsIn(namespace)]);
    for (const known of lasting) {
      const found = holders.get(known.socket.inode);
      if (found === undefined) this.#unheld.set(known.socket.inode, known);
      else this.#add({ ...known, holders: new Set(found) }, 'pass');
    }
    return true;
  }

  /**
   * What a process has just opened there. What others opened meanwhile is left to their own events. False when its
   * tables can't be read.
   */
  event(namespace: number, tables: readonly Table[], suspect: Suspect): boolean {
    const contents = this.#contents(namespace, tables, suspect.tid);
    if (contents === undefined) return false;
    const fresh = this.#compare(namespace, contents);
    if (fresh.length === 0) return true;
    const own = freshSocketsOf(suspect.pid, new Set(fresh.map(({ socket }) => socket.inode)));
    for (const known of fresh) {
      const isHeld = own.has(known.socket.inode);
      // It may be passed on already, or have no descriptor, as those that io_uring keeps for itself.
      if (!isHeld && !suspect.isIts(known.socket)) continue;
      this.#add({ ...known, holders: new Set([suspect.pid]), isAssumed: !isHeld }, 'event');
    }
    return true;
  }

  /**
   * Looks for the holders of sockets that no process of their own namespace holds, once for all of them. Returns how many
   * nobody holds: who held them may have ended, and whom it handed them to may not have been looked at. Those are looked
   * for some more times.
   */
  searchHolders(): number {
    const orphans = [...this.#orphans, ...this.#nobodys.keys()];
    this.#orphans.clear();
    const left = orphans.filter((known) => this.book.get(known.socket.inode) === known);
    for (const known of this.#nobodys.keys()) if (!left.includes(known)) this.#nobodys.delete(known);
    const searched = [...left, ...this.#unheld.values()];
    if (searched.length === 0) return 0;
    const holders = findHolders(new Set(searched.map(({ socket }) => socket.inode)), listPids());
    for (const known of searched) {
      const { inode } = known.socket;
      const found = new Set(holders.get(inode));
      if (this.book.get(inode) === undefined) this.#add({ ...known, holders: found }, 'pass');
      else if (found.size > 0) {
        this.book.setHolders(known, found);
        this.#handlers.onSocket(known.socket, [...found], 'pass');
      }
      const tries = (this.#nobodys.get(known) ?? 0) + 1;
      this.#nobodys.delete(known);
      const kept = this.book.get(inode);
      if (found.size === 0 && kept !== undefined && tries < mostTries) this.#nobodys.set(kept, tries);
    }
    return this.#nobodys.size;
  }

  /**
   * Takes down which sockets one process holds now, by their inodes. `hasChanged`: it runs another program, so they are
   * told of in any case.
   */
  recheck(pid: number, inodes: ReadonlySet<number>, hasChanged = false): void {
    const held = new Set<Known>();
    for (const inode of inodes) {
      const known = this.book.get(inode);
      if (known !== undefined) held.add(known);
    }
    for (const known of [...this.book.heldBy(pid)]) {
      if (!held.has(known) && !known.isAssumed) this.#drop(known, pid);
    }
    for (const known of held) {
      const isNew = !known.holders.has(pid);
      // What was assumed of another is settled by a descriptor.
      const others = known.isAssumed ? [] : known.holders;
      known.isAssumed = false;
      if (isNew) this.book.setHolders(known, new Set([...others, pid]));
      if (isNew || hasChanged) this.#handlers.onSocket(known.socket, [...known.holders], 'pass');
    }
  }

  /** Takes a process from the holders. Returns what it held: it may be gone, or held by others. */
  release(pid: number): Known[] {
    const held = [...this.book.heldBy(pid)];
    for (const known of held) this.#drop(known, pid);
    return held;
  }

  /** Sockets of a namespace that no process is in any more: those that are held from outside stay. Whether there are. */
  abandon(namespace: number): boolean {
    const inodes = new Set([...this.book.in(namespace)].map(({ socket }) => socket.inode));
    const holders = findHolders(inodes, listPids());
    for (const known of [...this.book.in(namespace)]) {
      const found = holders.get(known.socket.inode);
      if (found === undefined) this.#remove(known);
      else this.book.setHolders(known, new Set(found));
    }
    return this.book.in(namespace).size > 0;
  }

  #contents(namespace: number, tables: readonly Table[], first?: number): Contents | undefined {
    const ways = [...(first === undefined ? [] : [first]), ...this.#namespaces.pidsIn(namespace)];
    for (const pid of ways.slice(0, mostWays)) {
      const contents = this.#read(pid, namespace, tables);
      if (contents !== undefined) return contents;
      if (pid !== first) this.#namespaces.look(pid);
    }
    return undefined;
  }

  /** Forgets what is gone and returns what is new. */
  #compare(namespace: number, contents: Contents): Known[] {
    const there = new Map<number, Known>();
    for (const [table, sockets] of contents) {
      for (const socket of sockets) {
        // The kernel shows 0 for one that is just being closed.
        if (socket.inode > 0)
          there.set(socket.inode, { socket, table, holders: new Set(), isAssumed: false, seen: now() });
      }
    }
    for (const known of [...this.book.in(namespace)]) {
      if (!contents.has(known.table)) continue;
      const seen = there.get(known.socket.inode);
      if (seen === undefined || !isSame(seen, known)) this.#remove(known);
    }
    return [...there.values()].filter(({ socket }) => this.book.get(socket.inode) === undefined);
  }

  #lasting(namespace: number, tables: readonly Table[], fresh: readonly Known[]): Known[] {
    if (!tables.some(({ transport }) => transport !== 'tcp')) return [...fresh];
    const seenOnce = this.#young.get(namespace);
    // Of tables that are not looked at now, nothing new is known.
    const young = new Map([...(seenOnce ?? [])].filter(([, table]) => !tables.includes(table)));
    const lasting = fresh.filter(({ socket, table }) => {
      if (!isEphemeral(socket) || seenOnce?.has(socket.inode)) return true;
      young.set(socket.inode, table);
      return false;
    });
    if (young.size > 0) this.#young.set(namespace, young);
    else this.#young.delete(namespace);
    return lasting;
  }

  #add(known: Known, source: 'event' | 'pass'): void {
    this.#unheld.delete(known.socket.inode);
    this.book.add(known);
    this.#handlers.onSocket(known.socket, [...known.holders], source);
  }

  #drop(known: Known, pid: number): void {
    const holders = new Set([...known.holders].filter((each) => each !== pid));
    this.book.setHolders(known, holders);
    known.isAssumed = false;
    if (holders.size === 0) this.#orphans.add(known);
  }

  #remove(known: Known): void {
    this.book.remove(known);
    this.#handlers.onGone(known.socket);
  }
}

/** Seconds of the monotonic clock, as the events of the kernel have them. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/** A socket may stop to listen and listen again elsewhere. */
function isSame(a: Known, b: Known): boolean {
  return a.socket.port === b.socket.port && a.socket.address === b.socket.address;
}
