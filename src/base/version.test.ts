import { expect, it } from 'vitest';
import { compareVersions } from './version.ts';

it.each([
  ['1.25.5', '1.25.5', 0],
  ['1.9', '1.10', -1],
  ['7', '6.2.14', 1],
  ['v4.4-rc1', '4.4', 0],
  ['2:15.3+deb12u1', '2', 0],
])('%s against %s is %i', (a, b, order) => {
  expect(compareVersions(a, b)).toBe(order);
});
