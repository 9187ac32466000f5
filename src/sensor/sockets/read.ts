import { closeSync, openSync, readSync } from 'node:fs';
import type { Socket } from '../../model/observation.ts';
import { procDir } from '../proc/read.ts';
import { listening, parseRows, type SocketRow, unconnected } from './table.ts';

/** Bytes of one table that are read: some 400,000 rows. */
const tableBytes = 64 * 1024 * 1024;

const block = Buffer.allocUnsafeSlow(64 * 1024);

interface Table {
  file: string;
  transport: Socket['transport'];
  state: number;
}

const tables: readonly Table[] = [
  { file: 'tcp', transport: 'tcp', state: listening },
  { file: 'tcp6', transport: 'tcp', state: listening },
  { file: 'udp', transport: 'udp', state: unconnected },
  { file: 'udp6', transport: 'udp', state: unconnected },
];

/**
 * The sockets of the network namespace that a process is in, which others can reach; undefined when the process is gone
 * or its tables may not be read. `transports` names those to look at.
 */
export function readSockets(
  pid: number,
  namespace: number,
  transports: readonly Socket['transport'][] = ['tcp', 'udp'],
): Socket[] | undefined {
  const sockets: Socket[] = [];
  for (const { file, transport, state } of tables) {
    if (!transports.includes(transport)) continue;
    const rows = readTable(`${procDir}/${pid}/net/${file}`, state);
    // A kernel without IPv6 has no tables of it.
    if (rows === undefined && !file.endsWith('6')) return undefined;
    for (const { address, port, inode, uid } of rows ?? []) {
      sockets.push({ transport, address, port, inode, namespace, uid });
    }
  }
  return sockets;
}

/** Reads block by block, and no further than there may be rows of the wanted state. */
function readTable(path: string, state: number): SocketRow[] | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const rows: SocketRow[] = [];
    let rest = '';
    for (let total = 0; total < tableBytes; ) {
      const count = readSync(fd, block, 0, block.length, null);
      if (count === 0) break;
      total += count;
      const text = rest + block.toString('latin1', 0, count);
      const found = parseRows(text, state);
      rows.push(...found.rows);
      if (found.isAtEnd) break;
      rest = text.slice(text.lastIndexOf('\n'));
    }
    return rows;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
