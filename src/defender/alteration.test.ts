import { describe, expect, it } from 'vitest';
import type { Declaration } from '../model/workload.ts';
import { isAltered } from './alteration.ts';
import { FirstStarts } from './first-starts.ts';

/** Created at 0:01, started again at 5:00. */
const created = 60_000;
const start = 300_000;
const declaration = { pid: 0, createdAt: created, startedAt: start } as Declaration;
const runs = { now: start + 2000, ever: created + 2000 };
const file = (changed: number) => ({ app: 'x', path: '/x.conf', origin: 'writable-layer' as const, changed });

describe('isAltered', () => {
  it('what is put in before the app first runs, and what is written at each start, is the container’s own', () => {
    for (const changed of [created - 5000, created + 1000, start, start + 1000])
      expect(isAltered(file(changed), declaration, runs)).toBe(false);
  });

  it('what is changed while the app runs is not, and a restart does not make it so', () => {
    for (const changed of [created + 3000, start - 1000, start + 3000])
      expect(isAltered(file(changed), declaration, runs)).toBe(true);
  });

  it('where the first run was not seen, only the time since its creation tells', () => {
    const unseen = { now: start + 2000, ever: start + 2000 };
    expect(isAltered(file(created + 3000), declaration, unseen)).toBe(false);
    expect(
      isAltered(file(created + 3_000_000), { ...declaration, startedAt: 9e6 }, { now: 9e6, ever: 9e6 }),
    ).toBe(true);
  });

  it('files of the image and of mounts never are', () => {
    expect(isAltered({ ...file(start + 9000), origin: 'mount' }, declaration, runs)).toBe(false);
  });
});

it('FirstStarts keeps the earliest of each program, and forgets the containers that it heard of longest ago', () => {
  const starts = new FirstStarts();
  for (const time of [20, 10, 30]) starts.add('a', 1, '/bin/x', time);
  expect(starts.of('a', '/bin/x')).toBe(10);
  expect(starts.of('a', '/bin/y')).toBeUndefined();
  for (const exe of ['/bin/x', '/bin/y']) starts.add('a', 2, exe, 50);
  expect([starts.of('a', '/bin/x'), starts.of('a', '/bin/y')]).toEqual([10, 10]);
  for (let i = 0; i < 10_000; i++) starts.add(`c${i}`, 1, '/bin/x', i);
  expect([starts.of('a', '/bin/x'), starts.of('c0', '/bin/x')]).toEqual([undefined, 0]);
});
