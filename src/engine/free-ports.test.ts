import { describe, expect, it } from 'vitest';
import type { Pack } from '../pack/schema.ts';
import { runCase } from './cases.ts';

const pack: Pack = {
  app: 'x',
  title: 'X',
  version: '1.0.0',
  recognise: [{ program: ['x'] }],
  hosts: { any: { '*': "['0.0.0.0']" } },
  listeners: [
    {
      purpose: 'main',
      of: 'positional',
      forms: ['(?P<host>[^:]+):(?P<port>\\d+)(?:-(?P<portEnd>\\d+))?'],
      range: 'first',
    },
  ],
};

/** The sockets of the same server, started for each of these. */
function sockets(...texts: string[]): string[] {
  const command = ['sh', '-c', `${texts.map((text) => `x '${text}' &`).join(' ')} wait`];
  const files = {
    '/usr/bin/x': { text: '\x7fELF', mode: 0o755 },
    '/bin/sh': { text: '\x7fELF', mode: 0o755 },
  };
  return runCase({ name: '', place: '', command, files, listeners: [] }, [pack])
    .differences.filter((line) => line.startsWith('unexpected'))
    .map((line) => line.replace('unexpected listener tcp ', ''));
}

describe('the first free port of a range', () => {
  it.each([
    ['nothing is taken', ['*:9200-9300'], ['0.0.0.0:9200']],
    ['a second server takes the next', ['*:9200-9300', '*:9200-9299'], ['0.0.0.0:9200', '0.0.0.0:9201']],
    [
      'other addresses have ports of their own',
      ['10.0.0.1:1-2', '10.0.0.2:1-2'],
      ['10.0.0.1:1', '10.0.0.2:1'],
    ],
    ['a wildcard has those of all', ['10.0.0.1:1', '*:1-2'], ['10.0.0.1:1', '0.0.0.0:2']],
  ])('%s', (_, texts, expected) => {
    expect(sockets(...texts)).toEqual(expected);
  });
});
