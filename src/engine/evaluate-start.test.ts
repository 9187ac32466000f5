import { expect, it } from 'vitest';
import { memoryRootfs } from '../rootfs/memory.ts';
import { evaluateStart } from './evaluate-start.ts';

it('a program that no pack knows is a finding', () => {
  const rootfs = memoryRootfs({ '/usr/bin/stranger': { text: '\x7fELF', mode: 0o755 } });
  const start = { entrypoint: ['/usr/bin/stranger'], cmd: ['--port', '7'], env: {}, cwd: '/', user: '' };
  const { launches, findings } = evaluateStart(start, rootfs, [], { ipv6: true });
  expect(launches).toMatchObject([{ match: undefined, launch: { exe: '/usr/bin/stranger' } }]);
  expect(findings).toEqual([
    {
      id: 'unknown-program',
      severity: 'low',
      message: 'no app pack knows /usr/bin/stranger, so what it opens is not known',
      evidence: [{ kind: 'argument', text: '/usr/bin/stranger --port 7' }],
    },
  ]);
});
