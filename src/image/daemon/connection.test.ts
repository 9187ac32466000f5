import { mkdtempSync } from 'node:fs';
import * as http from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/builders/image.ts';
import { Connection } from './connection.ts';

// The socket's path must be short: sun_path holds 108 bytes.
const dir = temporaryFolder();
const servers: http.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function connect(answer: http.RequestListener) {
  const path = join(mkdtempSync(join(dir, 'n-')), 's');
  const server = http.createServer(answer);
  servers.push(server);
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { connection: new Connection({ name: path, connect: { kind: 'socket', path } }), sockets };
}

it('reads an answer with its status', async () => {
  const { connection } = await connect((_, response) => response.writeHead(404).end('{"message":"none"}'));
  expect(await connection.json('/x')).toMatchObject({ status: 404, document: { message: 'none' } });
});

it('an answer that is no JSON is none', async () => {
  const { connection } = await connect((_, response) => response.end('<html>'));
  expect((await connection.json('/x')).document).toBeNull();
});

it.each([
  ['before its head', () => {}],
  [
    'within its body',
    (_: http.IncomingMessage, response: http.ServerResponse) => void response.write('{"a":'),
  ],
])('gives up an answer that stops %s', async (_, answer) => {
  const { connection } = await connect(answer);
  await expect(connection.json('/x', { deadline: 50 })).rejects.toMatchObject({ code: 'DAEMON_UNREACHABLE' });
});

it('gives up an answer that is too long', async () => {
  const { connection } = await connect((_, response) => response.end(`"${'x'.repeat(1000)}"`));
  await expect(connection.json('/x', { bytes: 1001 })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  expect((await connection.json('/x', { bytes: 1002 })).document).toHaveLength(1000);
});

it('asks again when a connection that was kept is no longer one', async () => {
  const asked: string[] = [];
  const { connection, sockets } = await connect((request, response) => {
    asked.push(request.url ?? '');
    if (asked.length === 2) request.socket.destroy();
    else response.end('1');
  });
  await connection.json('/a');
  expect((await connection.json('/b')).document).toBe(1);
  expect([asked, sockets.length]).toEqual([['/a', '/b', '/b'], 2]);
});
