import { expect, it } from 'vitest';
import type { Listener } from '../model/profile.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import type { EvaluatedLaunch } from './evaluate-start.ts';
import { mergeFamilies } from './families.ts';

function launch(family: string | undefined, ...ports: number[]): EvaluatedLaunch {
  const listeners = ports.map(
    (port): Listener => ({
      app: 'x',
      process: '/bin/x',
      transport: 'tcp',
      address: '::',
      port,
      purpose: 'main',
      certainty: 'certain',
      evidence: [],
    }),
  );
  return {
    launch: {
      exe: '/bin/x',
      realExe: '/bin/x',
      argv: ['x'],
      env: {},
      cwd: '/',
      user: { name: 'root', uid: 0 },
      via: [],
      certainty: 'possible',
      rootfs: memoryRootfs({}),
      ...(family === undefined ? {} : { family }),
    },
    match: undefined,
    result: { configs: [], listeners, peers: [], findings: [] },
  };
}

const show = (launches: EvaluatedLaunch[]) =>
  launches.map(({ launch: { certainty }, result }) => [
    certainty,
    ...result.listeners.map((each) => `${each.port} ${each.certainty}`),
  ]);

it('what all ways through the scripts say is certain, the rest is possible', () => {
  expect(show(mergeFamilies([launch('a', 80, 81), launch('a', 81, 80, 82)]))).toEqual([
    ['certain', '80 certain', '81 certain', '82 possible'],
  ]);
});

it('launches without a family, and of other families, stay as they are', () => {
  expect(show(mergeFamilies([launch(undefined, 80), launch('a', 80), launch(undefined, 80)]))).toEqual([
    ['possible', '80 certain'],
    ['certain', '80 certain'],
    ['possible', '80 certain'],
  ]);
});
