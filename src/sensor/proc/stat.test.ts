import { describe, expect, it } from 'vitest';
import { readProcText } from './read.ts';
import { parseStat } from './stat.ts';

const rest =
  '7 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1000 10 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17';

describe('parseStat', () => {
  it('reads the state, parent and start time', () => {
    expect(parseStat(`42 (nginx) S ${rest}`)).toEqual({
      comm: 'nginx',
      state: 'S',
      parent: 7,
      startTime: 987654,
    });
  });

  it('a name may look like the fields after it', () => {
    for (const comm of ['a) R 1 (b', 'x y', ')', '12 (3) S 9', 'a\nb', '']) {
      expect(parseStat(`42 (${comm}) S ${rest}`)).toMatchObject({ comm, parent: 7, startTime: 987654 });
    }
  });

  it('gives undefined for what is no stat line', () => {
    for (const text of ['', '42', '42 (', '42 ()', '42 (a) S', '42 (a) S 1 2 3']) {
      expect(parseStat(text)).toBeUndefined();
    }
  });

  it.skipIf(process.platform !== 'linux')('reads what the kernel says of this process', () => {
    expect(parseStat(readProcText('/proc/self/stat') ?? '')).toMatchObject({ parent: process.ppid });
  });
});
