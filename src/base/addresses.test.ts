import { describe, expect, it } from 'vitest';
import { canonicalAddress, shortAddress, unbracketed } from './addresses.ts';

describe('canonicalAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::ffff:0:0', '0.0.0.0'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ])('%s is %s', (text, address) => {
    expect(canonicalAddress(text)).toBe(address);
  });

  it.each(['', 'localhost', '127.1', '1.2.3.256', '[::1]', '::1::', '01.2.3.4'])('%j is none', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });
});

describe('shortAddress', () => {
  it.each([
    ['0', '0.0.0.0'],
    ['127.1', '127.0.0.1'],
    ['10.1.258', '10.1.1.2'],
    ['0x7f000001', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
    ['4294967295', '255.255.255.255'],
  ])('%s is %s', (text, address) => {
    expect(shortAddress(text)).toBe(address);
  });

  it.each(['', '256.1', '1.2.3.4.5', '4294967296', '1.2.3.256', 'a', '1..2', '08.1'])(
    '%j is none',
    (text) => {
      expect(shortAddress(text)).toBeUndefined();
    },
  );
});

it('brackets are taken off a bracketed text only', () => {
  expect(unbracketed('[::1]')).toBe('::1');
  expect(unbracketed('[x')).toBe('[x');
});
