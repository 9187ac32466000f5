import type { SocketKind } from '../../model/observation.ts';
import { addressOf, type SocketRow } from './table.ts';
import type { Table } from './tables.ts';

// Layouts of linux/netlink.h, linux/sock_diag.h and linux/inet_diag.h, in the byte order of the host, which is
// little-endian on all that we support; ports and addresses are big-endian.
const headSize = 16;
const requestSize = headSize + 56;
const sockDiagByFamily = 20;
const requestDump = 0x301;
const isInterrupted = 0x10;
const errorType = 2;
const doneType = 3;
const families = { 4: 2, 6: 10 };
const protocols = new Map<SocketKind, number>([
  ['tcp', 6],
  ['udp', 17],
]);
/** Of inet_diag_msg, behind which attributes follow. */
const rowSize = 72;
const v6Only = 11;

export interface DiagRow extends SocketRow {
  /** Of IPv6 alone; undefined where the kernel does not say. */
  isV6Only?: boolean;
}

/** Raw and packet sockets are asked for in other ways. */
export function canBeAsked({ transport }: Table): boolean {
  return protocols.has(transport);
}

/** Asks for all sockets of a table. `sequence` comes back in the answer. */
export function dumpRequest({ family, transport, state }: Table, sequence: number): Buffer {
  const request = Buffer.alloc(requestSize);
  request.writeUInt32LE(requestSize, 0);
  request.writeUInt16LE(sockDiagByFamily, 4);
  request.writeUInt16LE(requestDump, 6);
  request.writeUInt32LE(sequence, 8);
  request[headSize] = families[family];
  request[headSize + 1] = protocols.get(transport) ?? 0;
  request.writeUInt32LE(1 << (state ?? 0), headSize + 4);
  return request;
}

/** What one datagram of an answer brings: rows, and whether it was the last, or says that there is no answer. */
export interface DiagPart {
  rows: DiagRow[];
  /** `torn`: sockets came and went meanwhile, and some may be missing. */
  end: 'none' | 'done' | 'torn' | 'failed';
}

/** Messages of an earlier request, which was given up, are passed over. */
export function readPart(bytes: Buffer, sequence: number): DiagPart {
  const rows: DiagRow[] = [];
  let isTorn = false;
  for (let at = 0; at + headSize <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (length < headSize || at + length > bytes.length) return { rows, end: 'failed' };
    const type = bytes.readUInt16LE(at + 4);
    if (bytes.readUInt32LE(at + 8) === sequence) {
      isTorn ||= (bytes.readUInt16LE(at + 6) & isInterrupted) !== 0;
      if (type === errorType) return { rows, end: 'failed' };
      if (type === doneType) return { rows, end: isTorn ? 'torn' : 'done' };
      if (type === sockDiagByFamily && length >= headSize + rowSize) {
        rows.push(readRow(bytes, at + headSize, at + length));
      }
    }
    at += (length + 3) & ~3;
  }
  return { rows, end: isTorn ? 'torn' : 'none' };
}

/** `at`: where a message's body begins. Nothing is copied: a busy namespace has thousands of rows. */
function readRow(bytes: Buffer, at: number, end: number): DiagRow {
  const isV6 = bytes[at] === families[6];
  const row: DiagRow = {
    address: isV6 ? addressOfV6(bytes, at + 8) : addressOf(bytes.subarray(at + 8, at + 12)),
    port: bytes.readUInt16BE(at + 4),
    state: bytes[at + 1] as number,
    uid: bytes.readUInt32LE(at + 64),
    inode: bytes.readUInt32LE(at + 68),
  };
  const only = attribute(bytes, at + rowSize, end, v6Only);
  if (only !== undefined) row.isV6Only = bytes[only] === 1;
  return row;
}

function addressOfV6(bytes: Buffer, at: number): string {
  const isAny = bytes.readBigUInt64LE(at) === 0n && bytes.readBigUInt64LE(at + 8) === 0n;
  return isAny ? '::' : addressOf(bytes.subarray(at, at + 16));
}

/** Where the value of an attribute begins. */
function attribute(bytes: Buffer, start: number, end: number, wanted: number): number | undefined {
  for (let at = start; at + 4 < end; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > end) return undefined;
    if (bytes.readUInt16LE(at + 2) === wanted && length > 4) return at + 4;
    at += (length + 3) & ~3;
  }
  return undefined;
}
