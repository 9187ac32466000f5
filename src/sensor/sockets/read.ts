import { closeSync, openSync, readSync } from 'node:fs';
import type { Socket } from '../../model/observation.ts';
import { procDir, readNamespace } from '../proc/read.ts';
import { parsePackets, parseRows, type SocketRow } from './table.ts';
import type { Table, TableReader } from './tables.ts';

/** Bytes of one table that are read: some 400,000 rows. */
const tableBytes = 64 * 1024 * 1024;

const block = Buffer.allocUnsafeSlow(64 * 1024);

/** Reads them as text of /proc. */
export const readProcTables: TableReader = (pid, namespace, tables) => {
  const contents = new Map<Table, Socket[]>();
  for (const table of tables) {
    const rows = readTable(`${procDir}/${pid}/net/${table.file}`, table);
    if (rows === undefined && !table.isOptional) return undefined;
    if (rows !== undefined)
      contents.set(
        table,
        rows.map((row) => toSocket(row, table, namespace)),
      );
  }
  // A process may enter another namespace, and its number may be given to another process.
  return readNamespace(pid, 'net') === namespace ? contents : undefined;
};

function toSocket({ address, port, inode, uid }: SocketRow, table: Table, namespace: number): Socket {
  return { transport: table.transport, address, port, inode, namespace, uid };
}

/** Reads block by block, and no further than there may be rows of the wanted state. */
function readTable(path: string, { state, transport }: Table): SocketRow[] | undefined {
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
      const found = transport === 'packet' ? parsePackets(text) : parseRows(text, state);
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
