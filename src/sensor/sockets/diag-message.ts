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
const protocols = { tcp: 6, udp: 17 };
/** Of inet_diag_msg, behind which attributes follow. */
const rowSize = 72;
const v6Only = 11;

export interface DiagRow extends Omit<SocketRow, 'remotePort'> {
  /** Of IPv6 alone; undefined where the kernel does not say. */
  isV6Only?: boolean;
}

/** Asks for all sockets of a table. `sequence` comes back in the answer. */
export function dumpRequest({ family, transport, state }: Table, sequence: number): Buffer {
  const request = Buffer.alloc(requestSize);
  request.writeUInt32LE(requestSize, 0);
  request.writeUInt16LE(sockDiagByFamily, 4);
  request.writeUInt16LE(requestDump, 6);
  request.writeUInt32LE(sequence, 8);
  request[headSize] = families[family];
  request[headSize + 1] = protocols[transport];
  request.writeUInt32LE(1 << state, headSize + 4);
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
        rows.push(readRow(bytes.subarray(at + headSize, at + length)));
      }
    }
    at += (length + 3) & ~3;
  }
  return { rows, end: isTorn ? 'torn' : 'none' };
}

function readRow(message: Buffer): DiagRow {
  const isV6 = message[0] === families[6];
  const row: DiagRow = {
    address: addressOf(message.subarray(8, isV6 ? 24 : 12)),
    port: message.readUInt16BE(4),
    state: message[1] as number,
    uid: message.readUInt32LE(64),
    inode: message.readUInt32LE(68),
  };
  const only = attribute(message, v6Only)?.[0];
  if (only !== undefined) row.isV6Only = only === 1;
  return row;
}

function attribute(message: Buffer, wanted: number): Buffer | undefined {
  for (let at = rowSize; at + 4 <= message.length; ) {
    const length = message.readUInt16LE(at);
    if (length < 4 || at + length > message.length) return undefined;
    if (message.readUInt16LE(at + 2) === wanted) return message.subarray(at + 4, at + length);
    at += (length + 3) & ~3;
  }
  return undefined;
}
