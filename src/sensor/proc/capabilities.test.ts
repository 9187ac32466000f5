import { describe, expect, it } from 'vitest';
import { missingRights } from './capabilities.ts';

const status = (uid: number, effective: string) =>
  `Name:\tnode\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapPrm:\t000001ffffffffff\nCapEff:\t${effective}\n`;

describe('missingRights', () => {
  it.each([
    ['root', 0, '000001ffffffffff', []],
    ['root with only what is needed', 0, '0000000000280004', []],
    [
      'an ordinary user',
      1000,
      '0000000000000000',
      ['SYS_PTRACE', 'DAC_READ_SEARCH', 'SYS_ADMIN', 'DAC_OVERRIDE'],
    ],
    ['a service of its own user', 1000, '0000000000280002', []],
    ['one that can only read', 1000, '0000000000280004', ['DAC_OVERRIDE']],
    ['root of a container', 0, '00000000a80425fb', ['SYS_PTRACE', 'SYS_ADMIN']],
  ])('of %s', (_, uid, effective, expected) => {
    expect(missingRights(status(uid, effective)).map(({ capability }) => capability)).toEqual(
      expected.map((name) => `CAP_${name}`),
    );
  });
});
