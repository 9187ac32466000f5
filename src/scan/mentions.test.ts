import { expect, it } from 'vitest';
import type { EvaluatedLaunch } from '../engine/evaluate-start.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import { mentionsOf } from './mentions.ts';

it('finds the word by itself in arguments, variables, config files and scripts on the way', () => {
  const rootfs = memoryRootfs({
    '/etc/a.conf': 'port 7000\nport 17000\n  # was 7000 once',
    '/start.sh': 'exec server --port 7000',
    '/etc/unread.conf': 'port 7000',
  });
  const launch = {
    argv: ['server', '--port', '7000'],
    env: { PORT: '7000', OTHER: '70001' },
    via: [{ program: '/start.sh', path: '/start.sh', line: 1, text: 'exec server' }],
    rootfs,
  };
  const result = { configs: [{ path: '/etc/a.conf' }] };
  const evaluated = { launch, result } as unknown as EvaluatedLaunch;
  expect(mentionsOf('7000', { launches: [evaluated, evaluated], findings: [] })).toEqual([
    { kind: 'argument', text: 'server --port 7000' },
    { kind: 'environment', text: 'PORT=7000' },
    { kind: 'config', path: '/etc/a.conf', line: 1, text: 'port 7000' },
    { kind: 'config', path: '/etc/a.conf', line: 3, text: '# was 7000 once' },
    { kind: 'config', path: '/start.sh', line: 1, text: 'exec server --port 7000' },
  ]);
});
