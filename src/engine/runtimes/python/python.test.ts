import { expect, it } from 'vitest';
import type { Launch } from '../../../model/launch.ts';
import { memoryRootfs } from '../../../rootfs/memory.ts';
import { python } from './python.ts';

const launch = { exe: '/usr/bin/python3', realExe: '/usr/bin/python3.11', env: {}, cwd: '/srv', via: [] };
const read = (...args: string[]) =>
  python.read(
    { ...launch, argv: ['python3', ...args], user: { name: 'root', uid: 0 }, certainty: 'certain' } as Launch,
    memoryRootfs({}),
  );

it.each([
  [
    ['-u', 'app.py', '-v'],
    ['/srv/app.py', 'app.py'],
    ['app.py', '-v'],
  ],
  [
    ['-W', 'ignore', '/opt/run', 'x'],
    ['/opt/run', 'run'],
    ['/opt/run', 'x'],
  ],
  [['-m', 'http.server', '80'], ['http.server'], ['http.server', '80']],
  [['-um', 'a.b'], ['a.b'], ['a.b']],
])('%j', (args, mains, argv) => {
  expect(read(...args)).toMatchObject({ mains, argv });
});

it.each([[['-c', 'pass']], [['--version']], [['-']], [[]]])('%j runs no script', (args) => {
  expect(read(...args)).toBeUndefined();
});
