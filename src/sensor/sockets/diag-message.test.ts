import { describe, expect, it } from 'vitest';
import { dumpRequest, readPart } from './diag-message.ts';
import { tcpTables } from './tables.ts';

const done = 3;
const error = 2;
const diag = 20;
const listen = 10;

function message(type: number, sequence: number, body: Buffer = Buffer.alloc(0), flags = 2): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(16 + body.length, 0);
  head.writeUInt16LE(type, 4);
  head.writeUInt16LE(flags, 6);
  head.writeUInt32LE(sequence, 8);
  return Buffer.concat([head, body, Buffer.alloc(-body.length & 3)]);
}

function row(family: number, address: string, attributes = ''): Buffer {
  const body = Buffer.alloc(72);
  body[0] = family;
  body[1] = listen;
  body.writeUInt16BE(8080, 4);
  body.write(address, 8, 'hex');
  body.writeUInt32LE(33, 64);
  body.writeUInt32LE(4711, 68);
  return Buffer.concat([body, Buffer.from(attributes, 'hex')]);
}

describe('readPart', () => {
  it('reads rows of both families, and whether one of IPv6 takes IPv4', () => {
    const bytes = Buffer.concat([
      message(diag, 5, row(2, '7f000001')),
      // An attribute of another kind comes first: INET_DIAG_SHUTDOWN.
      message(diag, 5, row(10, '00000000000000000000000000000000', '050008000000000005000b0001000000')),
      message(diag, 5, row(10, '20010db8000000000000000000000001', '05000b0000000000')),
    ]);
    const common = { port: 8080, state: listen, uid: 33, inode: 4711 };
    expect(readPart(bytes, 5)).toEqual({
      rows: [
        { address: '127.0.0.1', ...common },
        { address: '::', ...common, isV6Only: true },
        { address: '2001:db8::1', ...common, isV6Only: false },
      ],
      end: 'none',
    });
  });

  it('passes over what belongs to an earlier request', () => {
    const bytes = Buffer.concat([
      message(diag, 4, row(2, '7f000001')),
      message(done, 4),
      message(error, 4),
      message(done, 5),
    ]);
    expect(readPart(bytes, 5)).toEqual({ rows: [], end: 'done' });
  });

  it('tells of an answer that is not whole', () => {
    expect(readPart(message(done, 5, undefined, 0x12), 5).end).toBe('torn');
    expect(readPart(message(error, 5), 5).end).toBe('failed');
  });

  it.each([
    ['ends within a message', message(diag, 5, row(2, '7f000001')).subarray(0, 40)],
    ['has a message without a length', Buffer.alloc(16)],
  ])('gives up on a datagram that %s', (_, bytes) => {
    expect(readPart(bytes, 5)).toEqual({ rows: [], end: 'failed' });
  });
});

it('asks for one state of one protocol and family', () => {
  const request = dumpRequest(tcpTables[1] as (typeof tcpTables)[number], 9);
  expect([request.length, request.readUInt32LE(0), request.readUInt32LE(8)]).toEqual([72, 72, 9]);
  expect([request[16], request[17], request.readUInt32LE(20)]).toEqual([10, 6, 1 << listen]);
});
