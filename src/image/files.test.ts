import { describe, expect, it } from 'vitest';
import { isSettled } from './files.ts';

describe('isSettled', () => {
  const at = (milliseconds: number) => BigInt(milliseconds) * 1_000_000n;
  it.each([
    [10_005, 10_010, false],
    [10_005, 10_100, true],
    [10_000, 11_000, false],
    [10_000, 12_500, true],
    [10_005, 9_000, false],
  ])('changed at %d ms, looked at %d: %s', (changed, now, settled) => {
    expect(isSettled({ mtimeNs: 0n, ctimeNs: at(changed) }, now)).toBe(settled);
    expect(isSettled({ mtimeNs: at(changed), ctimeNs: 0n }, now)).toBe(settled);
  });
});
