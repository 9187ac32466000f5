import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { openLibc } from '../native/libc.ts';
import { readNamespace } from '../proc/read.ts';
import { DiagTables } from './diag.ts';
import { findHolders, socketsOf } from './holders.ts';
import { readProcTables } from './read.ts';
import { allTables, type TableReader } from './tables.ts';

const ways: { name: string; read: TableReader }[] = [{ name: 'as text of /proc', read: readProcTables }];
if (process.platform === 'linux') {
  const diag = new DiagTables(openLibc());
  ways.push({ name: 'by netlink', read: (...asked) => diag.read(...asked) });
  afterAll(() => diag.close());
}

describe.skipIf(process.platform !== 'linux').each(ways)('sockets of the kernel, $name', ({ read }) => {
  it('shows a listener and an unconnected UDP socket of this process, and who holds them', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    try {
      const namespace = readNamespace(process.pid, 'net') as number;
      const contents = read(process.pid, namespace, allTables);
      const sockets = [...(contents?.values() ?? [])].flat();
      const tcp = sockets.find(({ port }) => port === (server.address() as AddressInfo).port);
      expect(tcp).toMatchObject({
        transport: 'tcp',
        address: '127.0.0.1',
        namespace,
        uid: process.getuid?.(),
      });
      const bound = sockets.find(({ transport, port }) => transport === 'udp' && port === udp.address().port);
      expect(bound).toMatchObject({ address: '127.0.0.1' });
      const inodes = [tcp, bound].map((socket) => socket?.inode as number);
      expect([...socketsOf(process.pid)]).toEqual(expect.arrayContaining(inodes));
      expect(findHolders(new Set(inodes)).get(inodes[0] as number)).toEqual([process.pid]);
    } finally {
      server.close();
      udp.close();
    }
  });

  it('a process that is gone has no tables, which is not the same as no sockets', () => {
    expect(read(2 ** 22 + 1, 1, allTables)).toBeUndefined();
    expect(read(process.pid, 1, allTables), 'a process of another namespace').toBeUndefined();
    expect(socketsOf(2 ** 22 + 1)).toEqual(new Set());
  });
});
