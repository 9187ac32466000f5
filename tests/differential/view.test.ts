import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { putFiles } from './view.ts';

const dir = mkdtempSync(join(tmpdir(), 'berthwatch-view-'));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('puts a file in the place of a link, and never writes to where the link leads', () => {
  const root = join(dir, 'root');
  const outside = join(dir, 'outside');
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(outside, 'as before');
  symlinkSync(outside, join(root, 'etc/site'));
  putFiles({ root, log: '', close: () => {} }, { '/etc/site': { text: 'new' } });
  expect(readFileSync(outside, 'utf8')).toBe('as before');
  expect(readFileSync(join(root, 'etc/site'), 'utf8')).toBe('new');
});
