import { canonicalAddress } from '../../base/addresses.ts';

/** One row of /proc/PID/net/{tcp,tcp6,udp,udp6,raw,raw6,packet}. */
export interface SocketRow {
  address: string;
  /** Of a raw socket the protocol. */
  port: number;
  state: number;
  uid: number;
  inode: number;
}

/** Rows, and whether more text would bring no other. */
export interface Rows {
  rows: SocketRow[];
  isAtEnd: boolean;
}

/** TCP_LISTEN, and TCP_CLOSE, which UDP sockets without a peer are in (include/net/tcp_states.h). */
export const listening = 10;
export const unconnected = 7;

/**
 * Rows of a table whose state is `wanted`; undefined stands for any. The kernel lists listeners first, so a reader of those
 * may stop at the first other row.
 */
export function parseRows(text: string, wanted: number | undefined): Rows {
  const rows: SocketRow[] = [];
  let at = text.indexOf('\n') + 1;
  while (at > 0 && at < text.length) {
    const end = text.indexOf('\n', at);
    if (end < 0) break;
    const row = parseRow(text.slice(at, end));
    if (row !== undefined && row.state !== wanted && wanted === listening) return { rows, isAtEnd: true };
    if (row !== undefined && (wanted === undefined || row.state === wanted)) rows.push(row);
    at = end + 1;
  }
  return { rows, isAtEnd: false };
}

/** Rows of `sk RefCnt Type Proto Iface R Rmem User Inode`. */
export function parsePackets(text: string): Rows {
  // The last line may be cut off.
  const lines = text.split('\n').slice(0, -1);
  const rows = lines.flatMap((line): SocketRow[] => {
    const [, , , protocol, , , , uid, inode] = line.trim().split(/\s+/);
    if (protocol === undefined || !/^\d+$/.test(inode ?? '')) return [];
    const port = Number.parseInt(protocol, 16);
    return [{ address: '', port, state: 0, uid: Number(uid), inode: Number(inode) }];
  });
  return { rows, isAtEnd: false };
}

function parseRow(line: string): SocketRow | undefined {
  const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/);
  if (local === undefined || inode === undefined) return undefined;
  const [address = '', port = ''] = local.split(':');
  return {
    address: parseAddress(address),
    port: Number.parseInt(port, 16),
    state: Number.parseInt(state ?? '', 16),
    uid: Number(uid),
    inode: Number(inode),
  };
}

/** The kernel prints each 32 bits as its processor keeps them; all that we support are little-endian. */
export function parseAddress(hex: string): string {
  return addressOf(Buffer.from(hex, 'hex').swap32());
}

/** The text of 4 or 16 bytes as they are sent. */
export function addressOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16)).join(':');
  return canonicalAddress(groups) ?? groups;
}
