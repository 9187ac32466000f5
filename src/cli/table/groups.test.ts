import { expect, it } from 'vitest';
import type { Listener } from '../../model/profile.ts';
import { groupRanges } from './groups.ts';
import { endpointText } from './listeners.ts';

const at = (port: number, more: Partial<Listener> = {}): Listener => ({
  app: 'web',
  process: '/web',
  transport: 'tcp',
  address: '::',
  port,
  purpose: 'http',
  certainty: 'certain',
  evidence: [{ kind: 'config', path: '/c', line: 1, text: 'ports' }],
  ...more,
});
const shown = (listeners: Listener[]) => groupRanges(listeners).map(endpointText);

it('shows runs of ports that agree in all else as one', () => {
  expect(shown([80, 81, 82, 83].map((port) => at(port)))).toEqual(['tcp [::]:80-83']);
});

it('shows each port of short runs, of gaps, and where anything differs', () => {
  expect(shown([at(80), at(81)])).toEqual(['tcp [::]:80', 'tcp [::]:81']);
  expect(shown([80, 81, 82, 84, 85, 86, 87].map((port) => at(port)))).toEqual([
    'tcp [::]:80',
    'tcp [::]:81',
    'tcp [::]:82',
    'tcp [::]:84-87',
  ]);
  expect(shown([at(80), at(81, { purpose: 'admin' }), at(82), at(83)])).toHaveLength(4);
});

it('shows a range of which one is taken, and a random port, by themselves', () => {
  expect(shown([at(7000, { portEnd: 7010 }), at(0, { address: '127.0.0.1' })])).toEqual([
    'tcp [::]:7000-7010',
    'tcp 127.0.0.1:random',
  ]);
});

it('interleaved runs are each one', () => {
  const both = [80, 81, 82, 83].flatMap((port) => [at(port), at(port, { address: '0.0.0.0' })]);
  expect(shown(both)).toEqual(['tcp [::]:80-83', 'tcp 0.0.0.0:80-83']);
});
