import { describe, expect, it } from 'vitest';
import type { CommandLine } from '../../pack/schema.ts';
import { Refusal } from '../reasons.ts';
import { VariableLines } from './lines.ts';
import type { VariableRules } from './names.ts';
import { readVariableWords } from './words.ts';

const rules: VariableRules = {
  takes: {
    number: ['port', 'port-open-timeout'],
    decimal: ['long-query-time'],
    text: ['bind-address', 'socket'],
    maybeText: ['log-bin'],
    boolean: ['skip-networking', 'mysqlx'],
    nothing: ['ansi'],
  },
  letters: { P: 'port', a: 'ansi', s: 'skip-networking' },
};
const spec: CommandLine = {
  options: {
    file: { flags: ['--defaults-file'] },
    none: { flags: ['--no-defaults'], switch: true, first: true },
  },
  variables: rules,
};

const parse = (...words: string[]) => readVariableWords(spec, rules, words);

/** The lines that words make, each as its name and arguments; a refusal as its message. */
function lines(words: string[], more: Partial<VariableRules> = {}): (string[] | string)[] {
  const reader = new VariableLines({ ...rules, ...more }, { get: () => undefined });
  return parse(...words).lines.flatMap((line): (string[] | string)[] => {
    try {
      const read = reader.read(line);
      return read === undefined ? [] : [[read.name, ...read.args]];
    } catch (error) {
      if (error instanceof Refusal) return [error.message];
      throw error;
    }
  });
}

// As mysqld 9.7 and mariadbd 10.11 do.
describe('variables', () => {
  it.each<[string[], (string[] | string)[]]>([
    [
      ['--port=1', '--bind_address', '::', '--log-bin'],
      [['port', '1'], ['bind_address', '::'], ['log_bin']],
    ],
    [
      ['-P2', '-aP', '3'],
      [['port', '2'], ['ansi'], ['port', '3']],
    ],
    [
      ['--port=3k', '--port=-1', '--port=3kB'],
      [
        ['port', '3072'],
        ['port', '-1'],
        ['port', '3072'],
      ],
    ],
    [
      ['--skip-mysqlx', '--disable-mysqlx=0', '--enable-mysqlx'],
      [
        ['mysqlx', '0'],
        ['mysqlx', '1'],
        ['mysqlx', '1'],
      ],
    ],
    [
      ['--loose-skip-mysqlx', '--loose-none=1', '--loose-port=7'],
      [
        ['mysqlx', '0'],
        ['port', '7'],
      ],
    ],
    [
      ['--mysqlx=ON', '--mysqlx=off', '--mysqlx=perhaps'],
      [
        ['mysqlx', '1'],
        ['mysqlx', '0'],
        ['mysqlx', '0'],
      ],
    ],
    [['--skip-bind-address', '--enable-socket', '--maximum-port=9'], [['bind_address', '0']]],
    [
      ['--port=x', '--port='],
      ['"port" can not be "x"', '"port" is empty'],
    ],
    [
      ['--none=1', '--por=1', '--ansi=1'],
      ['"none" is unknown', '"por" is unknown', '"ansi" takes no value'],
    ],
    [
      ['--long-query-time=1.5', '--long-query-time=a'],
      [['long_query_time', '1.5'], '"long-query-time" is no number'],
    ],
  ])('%j', (words, expected) => expect(lines(words)).toEqual(expected));

  it('takes the beginning of one name for it', () => {
    expect(lines(['--bind=::', '--por=1'], { abbreviated: true })).toEqual([
      ['bind_address', '::'],
      '"por" may be any of port, port_open_timeout',
    ]);
  });

  it('passes over wrong values behind loose, and takes an empty number for 0, where the program does', () => {
    expect(lines(['--loose-port=x', '--port='], { forgiving: true })).toEqual([['port', '0']]);
  });

  it('knows variables of structures and unlisted ones', () => {
    expect(lines(['--a.port=1', '--b-c=2'], { structures: true, unlisted: "name == 'b_c'" })).toEqual([
      ['port', '1'],
      ['b_c', '2'],
    ]);
  });

  it('reads some options before all others only', () => {
    const { options, lines: rest } = parse('--defaults-file=/a', '--no-defaults', '--port=1');
    expect([...options.keys()]).toEqual(['file']);
    expect(rest.map(({ name }) => name)).toEqual(['no-defaults', 'port']);
    expect([...parse('--no-defaults', '--defaults-file=/a').options.keys()]).toEqual(['none', 'file']);
    expect([...parse('--port=1', '--no-defaults').options.keys()]).toEqual([]);
    expect([...parse('--defaults-file', '/a').options.keys()]).toEqual([]);
  });

  it('keeps other words', () => {
    const { positional, unrecognised, problems } = parse('a', '-Z', '--', '--port=1', 'b');
    expect(positional.map(({ value }) => value)).toEqual(['a', '--port=1', 'b']);
    expect(unrecognised).toEqual(['-Z']);
    expect(problems).toEqual([]);
    expect(parse('--port').problems).toEqual(['--port needs a value']);
  });
});
