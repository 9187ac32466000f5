import { describe, expect, it } from 'vitest';
import type { Pack } from '../pack/schema.ts';
import { runCase } from './cases.ts';

const pack: Pack = {
  app: 'x',
  title: 'X',
  version: '1.0.0',
  recognise: [{ program: ['x'] }],
  arguments: { dotted: true, options: { port: { flags: ['-p'], key: 'port' } } },
  interpolate: { pattern: '\\$\\{(\\w+)\\}', environment: true, undefined: 'refuse' },
  files: [{ path: "'/x.yml'", syntax: 'yaml', flatten: '.', once: true }, { arguments: true }],
  hosts: { any: { '*': "['0.0.0.0']" } },
  listeners: [
    {
      purpose: 'main',
      each: '*',
      when: "match(node.name, '^ports\\\\.[a-z]$')",
      host: "(node.name + '.host') in config ? config[node.name + '.host'][0] : '*'",
      port: 'node.args[0]',
    },
    { purpose: 'main', when: "'port' in config", host: "'*'", port: "config['port'][0]" },
  ],
};

/** What differs from: no listeners. */
function run(config: string, command: string[] = ['x']): string[] {
  const files = { '/x.yml': config };
  return runCase({ name: '', place: '', command, files, env: { N: '7' }, listeners: [] }, [pack]).differences;
}

describe('lines by their names', () => {
  it('are asked for by a name that is put together', () => {
    const found = run('"ports.a": 1\nports.b: 2\nports.b.host: 10.0.0.1');
    expect(found.slice(0, 2)).toEqual([
      'unexpected listener tcp 0.0.0.0:1',
      'unexpected listener tcp 10.0.0.1:2',
    ]);
  });

  it('the last of a name counts, and of the command line the names without an option', () => {
    expect(run('port: 1', ['x', '--port=3', '-p', '2'])[0]).toBe('unexpected listener tcp 0.0.0.0:3');
  });

  it.each([
    ['twice in a file by joined names', 'a: {b: 1}\na.b: 1', '"a.b" is there twice'],
    ['a variable without a value', 'port: ${M}', 'the variable M has no value'],
  ])('%s keeps the program from starting', (_, config, message) => {
    const files = { '/x.yml': config };
    const started = { name: '', place: '', command: ['x'], files, listeners: ['tcp 0.0.0.0:1'] };
    expect(runCase(started, [pack]).differences.join('\n')).toContain(message);
  });

  it('a variable with one is put in', () => {
    expect(run('port: ${N}')[0]).toBe('unexpected listener tcp 0.0.0.0:7');
  });
});
