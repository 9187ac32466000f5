import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../builders/image.ts';

/** The program as it is built, in a process of its own. */

const root = join(import.meta.dirname, '../..');
const program = join(root, 'bin/berthwatch.js');
const dir = join(temporaryFolder(), 'rootfs');

beforeAll(() => {
  if (!existsSync(join(root, 'dist/berthwatch.cjs')))
    spawnSync(process.execPath, [join(root, 'scripts/build.js')]);
  for (const folder of ['etc/nginx', 'usr/sbin']) mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, 'usr/sbin/nginx'), '\x7fELF', { mode: 0o755 });
  writeFileSync(join(dir, 'etc/nginx/nginx.conf'), 'events {} http { server { listen 10000-14999; } }');
});

const scan = [program, 'scan', dir, '--format', 'json', '--', 'nginx'];

it('prints all of a large result into a pipe', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, scan, {
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(JSON.parse(stdout).listeners).toHaveLength(5_000);
});

it('ends silently when its reader goes away', async () => {
  const child = spawn(process.execPath, scan, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const ended = await new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  expect({ ended, errors }).toEqual({ ended: { code: 0, signal: null }, errors: '' });
});

it('ends with 2 for what it can not read', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, 'scan', join(dir, 'none.tar')], {
    encoding: 'utf8',
  });
  expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  expect(stderr).toMatch(/^error: /);
});

it('has the version of the package', () => {
  const { stdout } = spawnSync(process.execPath, [program, '--version'], { encoding: 'utf8' });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(stdout).toBe(`${version}\n`);
});
