import { expect, it } from 'vitest';
import { compare } from './compare.ts';
import type { Predicted } from './predict.ts';
import type { Truth } from './truth.ts';

const listener = (more: Partial<Predicted> = {}): Predicted => ({
  transport: 'tcp',
  address: '0.0.0.0',
  port: 80,
  process: '/bin/server',
  certainty: 'certain',
  ...more,
});
const possible = listener({ certainty: 'possible' });
const none: Truth = { sockets: [] };
const real = (...sockets: string[]): Truth => ({ sockets });

/** What is wrong with a prediction, in short: `missing tcp 0.0.0.0:80`. */
const problems = (truth: Truth, listeners: Predicted[], lacks = 0) =>
  compare(truth, { listeners, lacks }, '/nowhere').map(({ kind, text }) => `${kind} ${text}`);

it('agrees where every socket is named with its process', () => {
  const truth = real('tcp 0.0.0.0:80 by /bin/server', 'tcp6only [::]:81 by /bin/server');
  expect(problems(truth, [listener(), listener({ address: '::', port: 81 })])).toEqual([]);
});

it('tells what is missing, invented, and held by another process', () => {
  expect(problems(real('udp 0.0.0.0:80 by /bin/server'), [listener()])).toEqual([
    'missing udp 0.0.0.0:80',
    'invented tcp 0.0.0.0:80',
  ]);
  expect(problems(real('tcp 0.0.0.0:80 by /bin/other'), [listener()])).toEqual([
    'wrong process tcp 0.0.0.0:80: /bin/server instead of /bin/other',
  ]);
});

it('knows a path that ends in the process id', () => {
  const path = '/run/cgisock.⟨process id⟩';
  const truth = real('unix /run/cgisock.PID by /bin/server');
  expect(problems(truth, [listener({ transport: 'unix', path })])).toEqual([]);
});

it('looks for no UDP socket on a port of the kernel’s choice', () => {
  expect(problems(none, [listener({ transport: 'udp', port: 0 })])).toEqual([]);
  expect(problems(none, [listener({ port: 0 })])).toEqual(['invented tcp 0.0.0.0:0']);
});

it('excuses possible listeners of a server that lacks a file and opens nothing', () => {
  expect(problems(none, [possible], 1)).toEqual([]);
  expect(problems(real('tcp 0.0.0.0:81 by /bin/other'), [possible], 1)).toEqual(['missing tcp 0.0.0.0:81']);
});

it.each([
  ['no file is missing', none, possible, 0],
  ['they are certain', none, listener(), 1],
  ['the process opens something else', real('tcp 0.0.0.0:81 by /bin/server'), possible, 1],
])('does not excuse listeners when %s', (_, truth, predicted, lacks) => {
  expect(problems(truth, [predicted], lacks)).toContain('invented tcp 0.0.0.0:80');
});
