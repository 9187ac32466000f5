import { expect, it } from 'vitest';
import type { Pack } from '../../pack/schema.ts';
import { memoryRootfs } from '../../rootfs/memory.ts';
import { openApp } from '../evaluate-app.ts';
import { fixedNames } from './names.ts';

it('the names that lint takes for granted are there when a pack is evaluated', () => {
  const pack: Pack = {
    app: 'demo',
    title: 'Demo',
    version: '1.0.0',
    recognise: [{ program: ['demod'] }],
    listeners: [],
  };
  const launch = {
    exe: '/demod',
    realExe: '/demod',
    argv: ['demod'],
    env: {},
    cwd: '/',
    user: { name: 'root', uid: 0 },
    via: [],
    certainty: 'certain' as const,
  };
  const app = openApp(launch, memoryRootfs({}), { pack, role: {}, text: '' }, { ipv6: true }, []);
  expect(fixedNames.filter((name) => app.scope.get(name) === undefined)).toEqual([]);
});
