import { spawn } from 'node:child_process';
import { mkdtempSync, readlinkSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ProcessTree } from '../sensor/tree.ts';
import { hostDeclaration } from './host-declaration.ts';
import { Identifier } from './identify.ts';

const mayChroot = process.platform === 'linux' && process.getuid?.() === 0;

it.skipIf(!mayChroot)('a server of the host that locks itself up is read from outside', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'locked-'));
  const child = spawn('perl', ['-e', 'chroot shift; sleep 100', folder]);
  try {
    await expect.poll(() => readlinkSync(`/proc/${child.pid}/root`)).toBe(folder);
    const workloads = { of: async () => hostDeclaration, onEnded: () => {} };
    const found = await new Identifier(workloads, new ProcessTree()).identify(child.pid ?? 0);
    expect(found?.process).toMatchObject({ exe: expect.stringMatching(/perl$/), origin: 'image' });
    expect([1, process.pid]).toContain(found?.root);
  } finally {
    child.kill('SIGKILL');
    rmdirSync(folder);
  }
});
