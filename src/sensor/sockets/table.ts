import { canonicalAddress } from '../../base/addresses.ts';

/** One row of /proc/PID/net/{tcp,tcp6,udp,udp6,udplite,udplite6}. */
export interface SocketRow {
  address: string;
  port: number;
  /** 0 where it has none. */
  remotePort: number;
  state: number;
  uid: number;
  inode: number;
}

/** TCP_LISTEN, and TCP_CLOSE, which UDP sockets without a peer are in (include/net/tcp_states.h). */
export const listening = 10;
export const unconnected = 7;

/**
 * Rows of a table as long as `wanted` holds for their state. The kernel lists listeners first, so a reader of those
 * may stop at the first other row: `isAtEnd` says that more text would bring nothing.
 */
export function parseRows(text: string, wanted: number): { rows: SocketRow[]; isAtEnd: boolean } {
  const rows: SocketRow[] = [];
  let at = text.indexOf('\n') + 1;
  while (at > 0 && at < text.length) {
    const end = text.indexOf('\n', at);
    if (end < 0) break;
    const row = parseRow(text.slice(at, end));
    if (row !== undefined && row.state !== wanted && wanted === listening) return { rows, isAtEnd: true };
    if (row?.state === wanted) rows.push(row);
    at = end + 1;
  }
  return { rows, isAtEnd: false };
}

function parseRow(line: string): SocketRow | undefined {
  const [, local, remote, state, , , , uid, , inode] = line.trim().split(/\s+/);
  if (local === undefined || remote === undefined || inode === undefined) return undefined;
  const [address = '', port = ''] = local.split(':');
  return {
    address: parseAddress(address),
    port: Number.parseInt(port, 16),
    remotePort: Number.parseInt(remote.split(':')[1] ?? '', 16),
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
