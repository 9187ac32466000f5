import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RootView } from './origin.ts';
import { readEnvironment, readProcess, readStartTime, readThreadGroup } from './process.ts';

const isLinux = process.platform === 'linux';
const scratch = mkdtempSync(join(tmpdir(), 'berthwatch-process-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.skipIf(!isLinux)('a process as /proc shows it', () => {
  it('has its executable, arguments, user and namespace', () => {
    const { dev, ino } = statSync(process.execPath);
    expect(readProcess(process.pid)).toMatchObject({
      pid: process.pid,
      parent: process.ppid,
      exe: process.execPath,
      device: dev,
      inode: ino,
      isUnlinked: false,
      uid: process.geteuid?.(),
      cwd: process.cwd(),
    });
    expect(readThreadGroup(process.pid)).toBe(process.pid);
  });

  it.skipIf(process.getuid?.() !== 0)('has paths in its own root', async () => {
    const root = join(scratch, 'chroot');
    mkdirSync(join(root, 'bin'), { recursive: true });
    copyFileSync('/bin/sleep', join(root, 'bin/sleep'));
    for (const lib of ['usr', 'lib', 'lib64']) mkdirSync(join(root, lib));
    const script = `for d in usr lib lib64; do mount --rbind /$d ${root}/$d; done; exec chroot ${root} /bin/sleep 100`;
    const child = spawn('unshare', ['-m', 'sh', '-ec', script], { stdio: ['ignore', 'ignore', 'inherit'] });
    try {
      const pid = child.pid as number;
      await expect
        .poll(() => readProcess(pid), { timeout: 10_000 })
        .toMatchObject({ exe: '/bin/sleep', cwd: '/' });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('keeps empty arguments and values, and names a program that was removed', async () => {
    const program = join(scratch, 'copy (deleted)');
    copyFileSync('/bin/sleep', program);
    const child = spawn(program, ['100'], { argv0: '', env: { EMPTY: '', A: 'b=c' } });
    await once(child, 'spawn');
    const pid = child.pid as number;
    try {
      rmSync(program);
      expect(readProcess(pid)).toMatchObject({ exe: program, isUnlinked: true, argv: ['', '100'] });
      expect(readEnvironment(pid)).toEqual({ EMPTY: '', A: 'b=c' });
      const file = { path: program, device: statSync(scratch).dev, isUnlinked: true };
      expect(new RootView(pid).originOf(file)).toBe('memory');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(readProcess(pid)).toBeUndefined();
    expect(readStartTime(pid)).toBeUndefined();
  });
});

const canMount = isLinux && process.getuid?.() === 0;

describe.skipIf(!canMount)('origin of an executable (needs root, to mount)', () => {
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) =>
    join(scratch, name),
  );
  const script = `
    mount -t overlay overlay -o lowerdir=${lower},upperdir=${upper},workdir=${work} ${merged}
    cd ${merged}
    mount --bind /usr usr
    mount -t tmpfs none volume
    cp bin/a volume/d
    cp bin/a bin/b; echo >>bin/b
    chmod 700 bin/c
    pivot_root . old
    exec /bin/a 100`;

  it('tells image, writable layer and mount apart; a copy with the same content is the image’s', async () => {
    for (const dir of [lower, upper, work, merged]) mkdirSync(dir as string, { recursive: true });
    for (const dir of ['bin', 'usr', 'volume', 'old']) mkdirSync(join(lower as string, dir));
    for (const lib of ['lib', 'lib64']) symlinkSync(`usr/${lib}`, join(lower as string, lib));
    for (const name of ['a', 'c']) copyFileSync('/bin/sleep', join(lower as string, 'bin', name));
    const child = spawn('unshare', ['-m', 'sh', '-ec', script], { stdio: ['ignore', 'ignore', 'inherit'] });
    const pid = child.pid as number;
    try {
      await expect.poll(() => readProcess(pid)?.exe, { timeout: 10_000 }).toBe('/bin/a');
      const view = new RootView(pid);
      const originOf = (path: string) => {
        const { dev } = statSync(`/proc/${pid}/root${path}`);
        return view.originOf({ path, device: dev, isUnlinked: false });
      };
      const origins = ['/bin/a', '/bin/b', '/bin/c', '/volume/d'].map(originOf);
      expect(origins).toEqual(['image', 'writable-layer', 'image', 'mount']);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
});
