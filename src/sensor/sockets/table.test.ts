import { describe, expect, it } from 'vitest';
import { listening, parseAddress, parsePackets, parseRows, unconnected } from './table.ts';

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, remote: string, state: string, inode: number) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  33        0 ${inode} 1 0000 100 0 0 10 0\n`;

describe('parseAddress', () => {
  it('reads IPv4, IPv6 and IPv4 mapped into it', () => {
    expect(parseAddress('0100007F')).toBe('127.0.0.1');
    expect(parseAddress('00000000000000000000000000000000')).toBe('::');
    expect(parseAddress('00000000000000000000000001000000')).toBe('::1');
    expect(parseAddress('B80D0120000000000000000001000000')).toBe('2001:db8::1');
    expect(parseAddress('0000000000000000FFFF00000100007F')).toBe('127.0.0.1');
    expect(parseAddress('B80D0120010000000000010000000000')).toBe('2001:db8:0:1:1::');
  });
});

describe('parseRows', () => {
  it('gives listeners and stops at the first other row', () => {
    const text = `${head}${row('00000000:0050', '00000000:0000', '0A', 7)}${row('0100007F:0050', '0100007F:9C40', '01', 8)}`;
    expect(parseRows(text, listening)).toEqual({
      rows: [{ address: '0.0.0.0', port: 80, state: 10, uid: 33, inode: 7 }],
      isAtEnd: true,
    });
  });

  it('gives UDP sockets without a peer wherever they stand, and leaves a row that is cut off', () => {
    const text = `${head}${row('00000000:0035', '00000000:0000', '07', 7)}${row('00000000:9C40', '08080808:0035', '01', 8)}${row('00000000:0043', '00000000:0000', '07', 9)}`;
    expect(parseRows(text, unconnected).rows.map(({ port }) => port)).toEqual([53, 67]);
    expect(parseRows(text.slice(0, -2), unconnected).rows.map(({ port }) => port)).toEqual([53]);
    expect(parseRows(text, unconnected).isAtEnd).toBe(false);
  });
});

describe('parsePackets', () => {
  it('gives the protocol as the port, and leaves a row that is cut off', () => {
    const text = `sk       RefCnt Type Proto  Iface R Rmem   User   Inode
ffff8881 3      3    0003   0     1 0      33     4711
ffff8882 3      2    888e   2     1 0      0      4712
ffff8883 3      2    0800   2     1 0      0      47`;
    expect(parsePackets(text).rows.map(({ port, uid, inode }) => [port, uid, inode])).toEqual([
      [3, 33, 4711],
      [0x888e, 0, 4712],
    ]);
  });
});
