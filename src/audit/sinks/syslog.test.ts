import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../testing/certificates.ts';
import { sampleAudit } from '../testing/sample-audit.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { type SyslogOptions, syslogSink } from './syslog.ts';
import { syslogMessage, withinBytes } from './syslog-message.ts';

const signal = new AbortController().signal;
const audits = [sampleAudit('a'), sampleAudit('b', { verdict: 'wider-address' })];

/** Takes frames apart by their counts, and fails on anything else. */
function unframed(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString('ascii', at, space));
    messages.push(bytes.toString('utf8', space + 1, space + 1 + length));
    at = space + 1 + length;
  }
  return messages;
}

async function receiver(server: Server): Promise<{ port: number; messages: () => string[] }> {
  const received: Buffer[] = [];
  const take = (socket: Socket) => socket.on('data', (data) => received.push(data)).on('error', () => {});
  server.on(server.constructor === createServer().constructor ? 'connection' : 'secureConnection', take);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, messages: () => unframed(Buffer.concat(received)) };
}

const sinkTo = (port: number, more: Partial<SyslogOptions> = {}) =>
  syslogSink({ name: 'log', protocol: 'tcp', host: 'localhost', port, ...more }, JSON.stringify);

describe('messages', () => {
  it('have the parts of RFC 5424, and the severity of the verdict', () => {
    expect(syslogMessage(sampleAudit('a'), 'text', {})).toBe(
      `<106>1 2026-11-24T10:00:00.500Z host-1 berthwatch ${process.pid} port-hijack [berthwatch@32473 id="a" ` +
        'verdict="port-hijack" effect="alert" workload="shop-web-1" image="registry.example/shop/web:1.4" ' +
        'transport="tcp" address="0.0.0.0" port="80" pid="4711" exe="/tmp/x" count="1"] \ufefftext',
    );
    expect(syslogMessage(sampleAudit('a', { verdict: 'wider-address' }), '', { facility: 16 })).toMatch(
      /^<132>1 /,
    );
  });

  it('what a container chose can not end a parameter or begin a message', () => {
    const holder = { ...sampleAudit('a').process!, exe: '/a"]\\\n<0>1 - evil' };
    const message = syslogMessage(sampleAudit('a', { process: holder, host: 'a b\n' }), 'x', {});
    expect(message).toContain('exe="/a\\"\\]\\\\ <0>1 - evil"');
    expect(message).toContain(' a_b_ berthwatch ');
    expect(message).not.toContain('\n');
  });

  it('are cut between characters', () => {
    expect(withinBytes('aé', 2).toString()).toBe('a');
    expect(withinBytes('aé', 3).toString()).toBe('aé');
  });
});

describe('receivers', () => {
  it('TCP: counted frames, in order', async () => {
    const { port, messages } = await receiver(createServer());
    await sinkTo(port).deliver(audits, signal);
    expect(messages().map((message) => /id="(.)"/.exec(message)?.[1])).toEqual(['a', 'b']);
    await sinkTo(port, { text: 'json' }).deliver([sampleAudit('c')], signal);
    expect(JSON.parse(messages()[2]?.split('\ufeff')[1] ?? '')).toEqual(sampleAudit('c'));
  });

  it('TLS: with an own authority, and not without', async () => {
    const { cert, key, certFile } = selfSigned(temporaryFolder());
    const { port, messages } = await receiver(createTlsServer({ cert, key }));
    await expect(sinkTo(port, { protocol: 'tls' }).deliver(audits, signal)).rejects.toThrow(/self-signed/);
    await sinkTo(port, { protocol: 'tls', caFile: certFile }).deliver(audits, signal);
    expect(messages()).toHaveLength(2);
  });

  it('UDP: one datagram each, of a bounded size', async () => {
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const datagrams: Buffer[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        if (datagrams.push(data) === 2) resolve();
      });
    });
    const options = { protocol: 'udp', host: '127.0.0.1', text: 'json', maxBytes: 900 } as const;
    await sinkTo(socket.address().port, options).deliver(audits, signal);
    await all;
    expect(datagrams.map((data) => data.length)).toEqual([900, 900]);
    expect(datagrams[1]?.toString()).toMatch(/^<108>1 .* id="b" .*\] \ufeff\{/);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['breaks off unread', (socket) => socket.pause().resetAndDestroy()],
    ['closes before it could have read all', (socket) => socket.pause().end().destroy()],
  ])('one that %s has not got the batch', async (_, treat) => {
    const { port } = await receiver(createServer(treat));
    const big = Array.from({ length: 3000 }, (_, index) => sampleAudit(`${index}`));
    await expect(sinkTo(port).deliver(big, signal)).rejects.toThrow();
  });

  it('one that is silent has not got it, unless that is asked for', async () => {
    const held: Socket[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket) => void held.push(socket.resume()));
    const { port } = await receiver(server);
    onTestFinished(() => held.forEach((socket) => void socket.destroy()));
    await expect(sinkTo(port, { timeoutMs: 100 }).deliver(audits, signal)).rejects.toThrow('no receipt');
    await sinkTo(port, { confirm: false }).deliver(audits, signal);
  });

  it('none: the error says so', async () => {
    await expect(sinkTo(1).deliver(audits, signal)).rejects.toThrow(/ECONNREFUSED|connect/);
  });
});
