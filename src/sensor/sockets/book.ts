import type { Socket } from '../../model/observation.ts';
import type { Table } from './tables.ts';

export interface Known {
  socket: Socket;
  /** The table of the kernel that has it. */
  table: Table;
  holders: ReadonlySet<number>;
  /** No process shows a descriptor of it; the one that called listen is taken for its holder. */
  isAssumed: boolean;
  /** When it was first seen, seconds of the monotonic clock. */
  seen: number;
}

/** The sockets that are known, by inode, by network namespace and by the processes that hold them. */
export class SocketBook {
  readonly #known = new Map<number, Known>();
  readonly #byNamespace = new Map<number, Set<Known>>();
  readonly #byHolder = new Map<number, Set<Known>>();

  get(inode: number): Known | undefined {
    return this.#known.get(inode);
  }

  all(): IterableIterator<Known> {
    return this.#known.values();
  }

  namespaces(): number[] {
    return [...this.#byNamespace.keys()];
  }

  in(namespace: number): ReadonlySet<Known> {
    return this.#byNamespace.get(namespace) ?? none;
  }

  heldBy(pid: number): ReadonlySet<Known> {
    return this.#byHolder.get(pid) ?? none;
  }

  holders(): number[] {
    return [...this.#byHolder.keys()];
  }

  add(known: Known): void {
    this.#known.set(known.socket.inode, known);
    put(this.#byNamespace, known.socket.namespace, known);
    for (const pid of known.holders) put(this.#byHolder, pid, known);
  }

  remove(known: Known): void {
    this.#known.delete(known.socket.inode);
    take(this.#byNamespace, known.socket.namespace, known);
    for (const pid of known.holders) take(this.#byHolder, pid, known);
  }

  /** Other processes hold it now. */
  setHolders(known: Known, holders: ReadonlySet<number>): void {
    for (const pid of known.holders) take(this.#byHolder, pid, known);
    known.holders = holders;
    for (const pid of holders) put(this.#byHolder, pid, known);
  }
}

const none: ReadonlySet<Known> = new Set();

function put(index: Map<number, Set<Known>>, key: number, known: Known): void {
  const set = index.get(key);
  if (set === undefined) index.set(key, new Set([known]));
  else set.add(known);
}

function take(index: Map<number, Set<Known>>, key: number, known: Known): void {
  const set = index.get(key);
  set?.delete(known);
  if (set?.size === 0) index.delete(key);
}
