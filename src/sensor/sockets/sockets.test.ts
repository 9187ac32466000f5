import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readNamespace } from '../proc/read.ts';
import { findHolders, socketsOf } from './holders.ts';
import { readProcTables } from './read.ts';
import { allTables } from './tables.ts';

describe.skipIf(process.platform !== 'linux')('sockets of the kernel', () => {
  it('shows a listener and an unconnected UDP socket of this process, and who holds them', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    try {
      const namespace = readNamespace(process.pid, 'net') as number;
      const contents = readProcTables(process.pid, namespace, allTables);
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
    expect(readProcTables(2 ** 22 + 1, 1, allTables)).toBeUndefined();
    expect(readProcTables(process.pid, 1, allTables), 'a process of another namespace').toBeUndefined();
    expect(socketsOf(2 ** 22 + 1)).toEqual(new Set());
  });
});
