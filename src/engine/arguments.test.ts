import { describe, expect, it } from 'vitest';
import type { CommandLine } from '../pack/schema.ts';
import { parseArguments } from './arguments.ts';

function read(spec: CommandLine, ...words: string[]) {
  const { options, positional, lines, unrecognised } = parseArguments(spec, ['program', ...words]);
  return {
    options: Object.fromEntries(
      [...options].map(([name, values]) => [name, values.map(({ value }) => value)]),
    ),
    positional: positional.map(({ value }) => value),
    lines: lines.map(({ name, args }) => [name, ...args].join(' ')),
    unrecognised,
  };
}

const getopt: CommandLine = {
  glued: true,
  options: { port: { flags: ['-p', '--port'] }, quiet: { flags: ['-q'], switch: true } },
};

describe('getopt', () => {
  it.each([
    ['apart', ['-p', '80']],
    ['glued', ['-p80']],
    ['grouped, apart', ['-qp', '80']],
    ['grouped and glued', ['-qp80']],
    ['long with =', ['--port=80']],
    ['long, apart', ['--port', '80']],
  ])('%s', (_, words) => {
    expect(read(getopt, ...words).options.port).toEqual(['80']);
  });

  it('keeps all values in order', () => {
    expect(read(getopt, '-p1', '-p', '2').options.port).toEqual(['1', '2']);
  });

  it('ends options at --', () => {
    expect(read(getopt, '--', '-p', '80')).toMatchObject({ options: {}, positional: ['-p', '80'] });
  });

  it('tells what it does not know, and goes on', () => {
    expect(read(getopt, '-x', '--long=1', '-p80')).toMatchObject({
      options: { port: ['80'] },
      unrecognised: ['-x', '--long=1'],
    });
  });

  it('an option without its value is told', () => {
    expect(read(getopt, '-p').unrecognised).toEqual(['-p']);
  });
});

it('a single dash alone is a positional word', () => {
  expect(read(getopt, '-').positional).toEqual(['-']);
});

it('options that set a config key become config lines, in order', () => {
  const spec: CommandLine = {
    longAssignments: true,
    options: {
      set: { flags: ['-c'], assignment: true },
      all: { flags: ['-i'], switch: true, key: 'bind', to: '*' },
    },
  };
  expect(read(spec, '-c', 'port=1', '-i', '--max-size=2=3').lines).toEqual([
    'port 1',
    'bind *',
    'max_size 2=3',
  ]);
});

it('stops at the first positional word where told', () => {
  const spec: CommandLine = { stopAtPositional: true, options: { user: { flags: ['-u'] } } };
  expect(read(spec, '-u', 'a', 'run', '-u', 'b')).toMatchObject({
    options: { user: ['a'] },
    positional: ['run', '-u', 'b'],
  });
});
