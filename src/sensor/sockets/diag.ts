import { closeSync, fstatSync, openSync } from 'node:fs';
import type { Socket } from '../../model/observation.ts';
import type { Libc } from '../native/libc.ts';
import { procDir } from '../proc/read.ts';
import { type DiagRow, dumpRequest, readPart } from './diag-message.ts';
import type { Contents, Table } from './tables.ts';

const netlink = 16;
/** SOCK_RAW, SOCK_CLOEXEC, SOCK_NONBLOCK: an answer is there as soon as it was asked for. */
const socketType = 3 | 0o2000000 | 0o4000;
const sockDiag = 4;
const networkNamespace = 0x40000000;

/** Sockets that are kept open, one for each namespace. */
const mostKept = 4096;

/** Datagrams of one answer that are read: some 3 million sockets. */
const mostParts = 16_384;

const block = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Asks the kernel for tables by netlink, as `ss` does: it lists what was asked for only, at a hundredth of the cost of
 * reading /proc. A socket asks for the namespace in which it was made, for as long as it is open, and keeps that
 * namespace alive.
 */
export class DiagTables {
  readonly #libc: Libc;
  readonly #own: number;
  readonly #ownInode: number;
  /** Sockets by namespace. */
  readonly #sockets = new Map<number, number>();
  #sequence = 0;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#own = openSync(`${procDir}/self/ns/net`, 'r');
    this.#ownInode = fstatSync(this.#own).ino;
  }

  /** A `TableReader`. */
  read(pid: number, namespace: number, tables: readonly Table[]): Contents | undefined {
    const known = this.#sockets.get(namespace);
    const socket = known ?? this.#open(pid, namespace);
    if (socket === undefined) return undefined;
    const contents = this.#dump(socket, namespace, tables);
    // A socket whose answers went wrong is not asked again.
    const isKept = contents !== undefined && (known !== undefined || this.#sockets.size < mostKept);
    if (isKept) this.#sockets.set(namespace, socket);
    else {
      this.#sockets.delete(namespace);
      closeSync(socket);
    }
    return contents;
  }

  /** Lets go of a namespace, which then may end. */
  forget(namespace: number): void {
    const socket = this.#sockets.get(namespace);
    if (socket === undefined) return;
    this.#sockets.delete(namespace);
    closeSync(socket);
  }

  /** Lets go of all namespaces but these. */
  keep(namespaces: ReadonlySet<number>): void {
    for (const namespace of this.#sockets.keys()) if (!namespaces.has(namespace)) this.forget(namespace);
  }

  close(): void {
    this.keep(new Set());
    closeSync(this.#own);
  }

  #open(pid: number, namespace: number): number | undefined {
    let target: number;
    try {
      target = openSync(`${procDir}/${pid}/ns/net`, 'r');
    } catch {
      return undefined;
    }
    try {
      if (fstatSync(target).ino !== namespace) return undefined;
      return namespace === this.#ownInode ? this.#socket() : this.#socketIn(target);
    } finally {
      closeSync(target);
    }
  }

  #socketIn(target: number): number | undefined {
    if (this.#libc.setns(target, networkNamespace) !== 0) return undefined;
    const socket = this.#socket();
    // To go on in the network of a container would be worse than to end.
    if (this.#libc.setns(this.#own, networkNamespace) !== 0) process.abort();
    return socket;
  }

  #socket(): number | undefined {
    const socket = this.#libc.socket(netlink, socketType, sockDiag);
    return socket < 0 ? undefined : socket;
  }

  #dump(socket: number, namespace: number, tables: readonly Table[]): Contents | undefined {
    const contents = new Map<Table, Socket[]>();
    for (const table of tables) {
      const rows = this.#rows(socket, table) ?? this.#rows(socket, table);
      if (rows === undefined) return undefined;
      contents.set(
        table,
        rows.map(({ state, ...row }) => ({ transport: table.transport, namespace, ...row })),
      );
    }
    return contents;
  }

  /** Undefined where the kernel gave no whole answer. */
  #rows(socket: number, table: Table): DiagRow[] | undefined {
    const sequence = ++this.#sequence;
    const request = dumpRequest(table, sequence);
    if (this.#libc.send(socket, request, request.length, 0) !== request.length) return undefined;
    const rows: DiagRow[] = [];
    for (let part = 0; part < mostParts; part++) {
      const length = this.#libc.recv(socket, block, block.length, 0);
      if (length <= 0) return undefined;
      const { rows: found, end } = readPart(block.subarray(0, length), sequence);
      for (const row of found) if (row.state === table.state) rows.push(row);
      if (end !== 'none') return end === 'done' ? rows : undefined;
    }
    return undefined;
  }
}
