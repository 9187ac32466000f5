import { expect, it } from 'vitest';
import type { MemoryFile } from '../rootfs/memory.ts';
import { evaluate } from './test-kit.ts';

const text =
  '\x7fELF\0busybox\0the shell runs utilities without $PATH search.\0[\0ash\0busybox\0httpd\0sh\0zzz \0';

function started(argv: readonly string[], program: string): (string | undefined)[] {
  const files: Record<string, MemoryFile> = { '/opt/busybox': { text: program, mode: 0o755 } };
  const { world } = evaluate(argv, { files });
  return world.launches.map(({ exe, argv: [name] }) => `${exe} ${name}`);
}

it('finds its own applets before the search path, where it is built so', () => {
  const argv = ['/opt/busybox', 'sh', '-c', 'exec httpd -f'];
  expect(started(argv, text)).toEqual(['/opt/busybox httpd']);
  expect(started(argv, text.replace('without', 'by'))).toEqual([]);
});

it('passes its applets on to what its tools start, and to nothing else', () => {
  expect(started(['/opt/busybox', 'env', 'X=1', 'httpd'], text)).toEqual(['/opt/busybox httpd']);
  expect(started(['/opt/busybox', 'sh', '-c', 'exec /bin/dash -c "exec httpd"'], text)).toEqual([]);
  expect(started(['/opt/busybox', 'sh', '-c', 'exec tcpsvd 0 80 cat'], text)).toEqual([]);
});
