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

describe('lines', () => {
  const spec: CommandLine = {
    lines: { prefix: '--', syntax: 'lines', alone: { '--save': 'save ""', '--sentinel': '' }, stdin: '-' },
  };
  it.each([
    ['the first word is the file', ['x.conf', '--port', '1'], ['x.conf'], ['port 1']],
    ['later words are values', ['--port', '1', 'x.conf'], [], ['port 1 x.conf']],
    ['values after the file without an option', ['x.conf', 'y.conf'], ['x.conf'], ['y.conf']],
    ['a single dash begins a value', ['-p', '1', '--bind', '-::1'], [], ['-p 1', 'bind -::1']],
    ['name and values in one word', ['--bind a b', '--port', '1'], [], ['bind a b', 'port 1']],
    ['an option takes the next word, whatever it is', ['--pass', '--port', '1'], [], ['pass --port 1']],
    ['quotes stay in a value', ['--pass', 'a "b" \\'], [], ['pass a "b" \\']],
    ['an option alone', ['--save', '--port', '1', '--sentinel'], [], ['save ', 'port 1']],
    ['an option that may stand alone, with a value', ['--save', '60 1'], [], ['save 60 1']],
    ['an option without value at the end', ['--port', '1', '--bind'], [], ['port 1', 'bind']],
    ['a line break in a word', ['--port 1\nbind a'], [], ['port 1', 'bind a']],
  ])('%s', (_, words, positional, lines) => {
    expect(read(spec, ...words)).toMatchObject({ positional, lines, unrecognised: [] });
  });

  it.each([
    ['first', ['-', '--port', '1'], true],
    ['last', ['x.conf', '--port', '1', '-'], true],
    ['in between', ['x.conf', '-', '--port', '1'], false],
  ])('standard input: %s', (_, words, expected) => {
    expect(parseArguments(spec, ['program', ...words]).stdin).toBe(expected);
  });

  it('tells quotes that do not close', () => {
    expect(parseArguments(spec, ['program', '--bind "a']).problems).toEqual([
      'unbalanced quotes in --bind "a',
    ]);
  });
});

describe('values that are not the next word', () => {
  const spec: CommandLine = {
    glued: true,
    options: { buffer: { flags: ['-C'], attached: true }, runs: { flags: ['-e'], rest: true } },
  };

  it('takes a value only where it is glued on', () => {
    expect(read(spec, '-C', '64')).toMatchObject({ options: { buffer: [''] }, positional: ['64'] });
    expect(read(spec, '-C64')).toMatchObject({ options: { buffer: ['64'] }, positional: [] });
  });

  it('leaves what stands behind a program to the program', () => {
    expect(read(spec, 'host', '-e', 'cat', '-x', 'y')).toEqual({
      options: { runs: ['cat'] },
      positional: ['host'],
      lines: [],
      unrecognised: [],
    });
  });
});
