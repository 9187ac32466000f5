import { describe, expect, it } from 'vitest';
import { encode, Message } from './protobuf.ts';

const bytes = (...values: number[]) => Buffer.from(values);

describe('encode', () => {
  // The examples of the encoding guide.
  it.each([
    ['a number', encode([[1, 150]]), '089601'],
    ['a text', encode([[2, 'testing']]), '120774657374696e67'],
    ['a message', encode([[3, [[1, 150]]]]), '1a03089601'],
    ['true', encode([[1, true]]), '0801'],
    ['a high number of a field', encode([[18, '']]), '920100'],
    ['nothing', encode([]), ''],
  ])('%s', (_, encoded, expected) => {
    expect(encoded.toString('hex')).toBe(expected);
  });

  it('a long text', () => {
    const text = 'é'.repeat(100_000);
    expect(new Message(encode([[1, text]])).text(1)).toBe(text);
  });
});

describe('Message', () => {
  it('passes over what is not asked for, and gives nought for what is not there', () => {
    // Field 1 fixed64, field 2 fixed32, field 3 a text, field 4 a number.
    const message = new Message(bytes(0x09, ...Array(8).fill(1), 0x15, 1, 1, 1, 1, 0x1a, 1, 0x61, 0x20, 5));
    expect([message.text(3), message.number(4)]).toEqual(['a', 5]);
    expect([message.text(9), message.number(9), message.messages(9), message.texts(9)]).toEqual([
      '',
      0,
      [],
      {},
    ]);
    expect(message.message(9).message(1).number(1)).toBe(0);
    expect([message.number(3), message.text(4)]).toEqual([0, '']);
  });

  it('the last of a field that is asked for once; all of one that is repeated', () => {
    const message = new Message(
      encode([
        [1, 'a'],
        [1, 'b'],
        [
          2,
          [
            [1, 'k'],
            [2, 'v'],
          ],
        ],
        [2, [[1, 'l']]],
      ]),
    );
    expect(message.text(1)).toBe('b');
    expect(message.texts(2)).toEqual({ k: 'v', l: '' });
  });

  it('numbers up to 64 bits; none that is negative or not exact', () => {
    const negative = new Message(bytes(0x08, ...Array(9).fill(0xff), 1));
    expect([negative.integer(1), negative.number(1)]).toEqual([-1n, 0]);
    const time = 1_795_536_611_496_123_456n;
    const digits = Array.from(
      { length: 9 },
      (_, i) => Number((time >> BigInt(7 * i)) & 0x7fn) | (i < 8 ? 0x80 : 0),
    );
    const large = new Message(bytes(0x08, ...digits));
    expect([large.integer(1), large.number(1)]).toEqual([time, 0]);
  });

  it.each([
    ['a text longer than the message', bytes(0x0a, 5, 0x61)],
    ['a number that does not end', bytes(0x08, 0x80)],
    ['a number of eleven bytes', bytes(0x08, ...Array(11).fill(0x80))],
    ['a group', bytes(0x0b)],
    ['no value', bytes(0x08)],
  ])('%s is refused', (_, broken) => {
    expect(() => new Message(broken)).toThrow(RangeError);
  });
});
