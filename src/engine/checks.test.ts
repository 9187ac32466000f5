import { describe, expect, it } from 'vitest';
import type { Pack } from '../pack/schema.ts';
import { runCase } from './cases.ts';

const base: Pack = {
  app: 'x',
  title: 'X',
  version: '1.0.0',
  recognise: [{ program: ['x'] }],
  files: [{ path: "'/x.conf'", syntax: 'lines' }],
  hosts: { any: { '*': "['0.0.0.0']" } },
  listeners: [{ purpose: 'main', each: 'listen', forms: ['(?P<host>[^ ]+):(?P<port>\\d+)'] }],
};

/** The listeners of a small pack for a config; `['refuses']` where the program would not start. */
function listeners(more: Partial<Pack>, config: string | Record<string, string>): string[] {
  const files = typeof config === 'string' ? { '/x.conf': config } : config;
  // The finding that can't be there makes the runner tell all findings.
  const asked = { listeners: [], findings: ['none'] };
  const started = { name: '', place: '', command: ['x'], files, ...asked };
  const lines = runCase(started, [{ ...base, ...more }]).differences;
  if (lines.some((line) => line.includes('will not start'))) return ['refuses'];
  return lines
    .filter((line) => line.startsWith('unexpected'))
    .map((line) => line.replace('unexpected listener tcp ', ''));
}

describe('what arguments directives take', () => {
  const grammar: Partial<Pack> = {
    grammar: {
      values: [
        { names: ['size', 'count'], count: 1 },
        { names: ['count'], form: '\\d+', from: 1, to: 9 },
        { names: ['mode'], form: '(?i:on|off)' },
        { names: ['pair'], least: 1, most: 2 },
        { names: ['switch'], first: true, form: 'on|off' },
        { names: ['inner'], in: ['', 'block'] },
      ],
    },
  };
  it.each([
    ['a good one', 'count 9', ['0.0.0.0:1']],
    ['too many', 'size 1 2', ['refuses']],
    ['none', 'size', ['refuses']],
    ['fewer than the least', 'pair', ['refuses']],
    ['more than the most', 'pair 1 2 3', ['refuses']],
    ['between', 'pair 1 2', ['0.0.0.0:1']],
    ['of another form', 'count 0x1', ['refuses']],
    ['too large', 'count 10', ['refuses']],
    ['every argument is held against the form', 'mode ON maybe', ['refuses']],
    ['only the first is held against it', 'switch on maybe', ['0.0.0.0:1']],
    ['the first is missing', 'switch', ['refuses']],
    ['in its place', 'inner', ['0.0.0.0:1']],
    ['no rule', 'other a b c', ['0.0.0.0:1']],
    ['unknown until the container runs', 'count \u{E000}$(n)\u{E001}', ['0.0.0.0:1']],
  ])('%s', (_, line, expected) => {
    expect(listeners(grammar, `listen *:1\n${line}\n`)).toEqual(expected);
  });
});

it.each([
  ['in a block that it may stand in', 'server { name a; }', ['0.0.0.0:1']],
  ['in another block', 'other { name a; }', ['refuses']],
])('a directive %s', (_, block, expected) => {
  const grammar = { values: [{ names: ['name'], in: ['', 'server'] }] };
  const files = [{ path: "'/x.conf'", syntax: 'braces' }];
  expect(listeners({ grammar, files }, `listen *:1;\n${block}\n`)).toEqual(expected);
});

describe('variables that must be defined', () => {
  const pack: Partial<Pack> = {
    grammar: {
      variables: {
        in: ['use', ['also']],
        sign: '$',
        names: '\\$(\\w+)',
        files: "['/bin/x']",
        free: 'env_.*',
        first: 'set',
        last: 'map',
        groups: '\\(\\?<(\\w+)>',
      },
    },
  };
  // A program large enough to be no stand-in, with no word in it.
  const program = `\x7fELF\x02\x01${'\0'.repeat(100_000)}`;
  it.each([
    ['by a line', 'set $a 1\nuse x$a', ['0.0.0.0:1']],
    ['by the last word of a line', 'map $any $a\nalso $a', ['0.0.0.0:1']],
    ['by a line behind', 'use $A\nset $a 1', ['0.0.0.0:1']],
    ['by a group', 'match "^(?<a>x)"\nuse $a', ['0.0.0.0:1']],
    ['by their form', 'use $env_a', ['0.0.0.0:1']],
    ['later than the container starts', 'use \u{E000}$a\u{E001}', ['0.0.0.0:1']],
    ['where nobody looks', 'other $a', ['0.0.0.0:1']],
  ])('%s', (_, lines, expected) => {
    expect(listeners(pack, { '/x.conf': `listen *:1\n${lines}\n`, '/bin/x': program })).toEqual(expected);
  });
});

describe('macros', () => {
  const reading: Pack['reading'] = {
    Macro: { macro: 'value', quoted: '@' },
    Use: { use: 'value' },
  };
  const files = [{ path: "'/x.conf'", syntax: 'sections' }];
  const using = (parameters: string, line: string, use: string) =>
    listeners({ reading, files }, `<Macro m ${parameters}>\n${line}\n</Macro>\nUse m ${use}\n`);

  it('put values where parameters stand, the longer name first', () => {
    expect(using('$p $port', 'listen *:$port', 'x 1')).toEqual(['0.0.0.0:1']);
    expect(using('$p', 'listen $p', '"*:1 more"')).toEqual(['0.0.0.0:1']);
  });

  it('quote the values of parameters that ask for it', () => {
    const counting = { purpose: 'main', each: 'listen', host: "'*'", port: 'string(node.args.size())' };
    const counted = (parameter: string) => {
      const config = `<Macro m ${parameter}>\nlisten ${parameter}\n</Macro>\nUse m "a \\"b"\n`;
      return listeners({ reading, files, listeners: [counting] }, config);
    };
    expect(counted('$a')).toEqual(['0.0.0.0:2']);
    expect(counted('@a')).toEqual(['0.0.0.0:1']);
  });

  it('refuse two parameters of one name', () => {
    expect(using('$p $p', 'listen *:1', 'a b')).toEqual(['refuses']);
  });
});

it('a socket is left out because of one that came first and stays', () => {
  const drop = 'before.exists(o, o.any || self.any || o.address == self.address)';
  const combine = [{ within: ['port'], drop }];
  const config = 'listen 10.0.0.1:1\nlisten *:1\nlisten 10.0.0.2:1\nlisten 10.0.0.1:1\nlisten *:2\n';
  expect(listeners({ combine }, config)).toEqual(['10.0.0.1:1', '10.0.0.2:1', '0.0.0.0:2']);
});

describe('refusals by the sockets that would be opened', () => {
  const refuse = [{ when: "!sockets.exists(s, s.address == '0.0.0.0')", message: 'nothing public' }];
  it.each([
    ['hold', 'listen 10.0.0.1:1', ['refuses']],
    ['do not hold', 'listen *:1', ['0.0.0.0:1']],
  ])('%s', (_, config, expected) => {
    expect(listeners({ refuse }, config)).toEqual(expected);
  });
});

describe('includes', () => {
  const files = (main: string) => ({
    '/x.conf': main,
    '/d/a.conf': 'listen *:1',
    '/d/b.txt': 'listen *:2',
    '/d/c.conf/d.conf': 'listen *:3',
    '/deep': 'more deeper\n',
    '/deeper': 'more deepest\n',
    '/deepest': 'listen *:4\n',
  });
  const reading: Pack['reading'] = {
    folder: { include: 'value', directory: 'files', names: '*.conf' },
    plain: { include: 'value', patterns: 'false' },
    any: { include: 'value', directory: 'ignore' },
    more: { include: 'value', deepest: 2 },
    most: { include: 'value', deepest: 3 },
  };
  it.each([
    ['of a folder: its files of a name, no folders', 'folder d', ['0.0.0.0:1']],
    ['of a folder that is missing', 'folder e', ['refuses']],
    ['without patterns', 'plain d/*.conf', ['refuses']],
    ['that leave folders out', 'any d/*.conf', ['0.0.0.0:1']],
    ['of a folder, left out', 'any d\nlisten *:5', ['0.0.0.0:5']],
    ['deep enough', 'most deep', ['refuses']],
    ['not too deep', 'more deeper', ['0.0.0.0:4']],
  ])('%s', (_, config, expected) => {
    expect(listeners({ reading }, files(config))).toEqual(expected);
  });
});
