import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readVariables } from './read-variables.ts';

it('reads settings as `docker run` does', () => {
  const own = { HOME: '/home/me', EMPTY: '' };
  expect(readVariables([], ['A=1', 'B=x=y', 'C=', 'HOME', 'EMPTY', 'NOT_SET', 'A=2'], own)).toEqual({
    A: '2',
    B: 'x=y',
    C: '',
    HOME: '/home/me',
    EMPTY: '',
  });
});

it('reads files first: comments, blanks in values, quotes kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berthwatch-env-'));
  try {
    const file = join(folder, 'env');
    writeFileSync(file, '\ufeff# comment\r\n\r\n  A="1" \r\nB=file\nHOME\n');
    expect(readVariables([file], ['B=option'], { HOME: '/h' })).toEqual({
      A: '"1" ',
      B: 'option',
      HOME: '/h',
    });
    writeFileSync(file, 'A=1\nnot a variable=2\n');
    expect(() => readVariables([file], [], {})).toThrow('"not a variable=2" sets no variable');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
