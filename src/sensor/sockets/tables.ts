import type { Socket, SocketKind } from '../../model/observation.ts';
import { listening, unconnected } from './table.ts';

/** A table of the kernel that has sockets which others can reach. */
export interface Table {
  /** In /proc/PID/net. */
  file: string;
  transport: SocketKind;
  family: 4 | 6;
  /** Of the sockets that are looked for; undefined for any. */
  state: number | undefined;
  /** A kernel may do without. */
  isOptional?: true;
}

export const tcpTables: readonly Table[] = [
  { file: 'tcp', transport: 'tcp', family: 4, state: listening },
  { file: 'tcp6', transport: 'tcp', family: 6, state: listening, isOptional: true },
];

export const udpTables: readonly Table[] = [
  { file: 'udp', transport: 'udp', family: 4, state: unconnected },
  { file: 'udp6', transport: 'udp', family: 6, state: unconnected, isOptional: true },
];

export const rawTables: readonly Table[] = [
  { file: 'raw', transport: 'raw', family: 4, state: undefined },
  { file: 'raw6', transport: 'raw', family: 6, state: undefined, isOptional: true },
  { file: 'packet', transport: 'packet', family: 4, state: undefined, isOptional: true },
];

export const allTables: readonly Table[] = [...tcpTables, ...udpTables, ...rawTables];

/** What is in some tables of one network namespace. A table that the kernel does not have is left out. */
export type Contents = ReadonlyMap<Table, readonly Socket[]>;

/**
 * Reads tables of the network namespace `namespace`, which the process `pid` is in. Undefined when the process is gone,
 * is in another one by now, or does not let us look.
 */
export type TableReader = (pid: number, namespace: number, tables: readonly Table[]) => Contents | undefined;
