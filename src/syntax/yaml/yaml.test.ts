import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { yaml } from './yaml.ts';

const tree = (text: string) => show(yaml.parse(text, '/c.yml'));
const forms = (text: string) => yaml.parse(text, '/c').nodes.map((node) => node.form);

describe('yaml: mappings and scalars', () => {
  it('makes a node of each key, with the line of the key', () => {
    expect(tree('# c\nnet:\n  port: 27018 # c\n\n  bindIp: "127.0.0.1,::1"\nlast: x\n')).toBe(
      '2 net [map]\n  3 port 27018 [number]\n  5 bindIp 127.0.0.1,::1 [string]\n6 last x [string]',
    );
  });

  it('tells the forms of scalars and keeps their text', () => {
    expect(tree('a: 0x10\nb: 1.50\nc: True\nd: yes\ne: ~\nf:\ng: "5"\nh: \'it\'\'s\'\ni: 0o17\nj: ""')).toBe(
      [
        '1 a 0x10 [number]',
        '2 b 1.50 [number]',
        '3 c True [boolean]',
        '4 d yes [string]',
        '5 e ~ [null]',
        '6 f [null]',
        '7 g 5 [string]',
        "8 h it's [string]",
        '9 i 0o17 [number]',
        '10 j "" [string]',
      ].join('\n'),
    );
  });

  it('reads block scalars, folded text and escapes', () => {
    expect(tree('a: |\n  x\n  y\nb: one\n  two\nc: "\\u00e9\\n"')).toBe(
      '1 a "x\\ny\\n" [string]\n4 b "one two" [string]\n6 c "é\\n" [string]',
    );
  });

  it('follows explicit tags', () => {
    expect(forms('a: !!str 5\nb: !!int "5"\nc: !own x')).toEqual(['string', 'number', 'string']);
  });

  it('reads flow mappings and keys of any kind', () => {
    expect(tree('{a: {b: 1}, "c d": 2, ? [e, f] : 3, 4: 5}')).toBe(
      '1 a [map]\n  1 b 1 [number]\n1 "c d" 2 [number]\n1 "[e, f]" 3 [number]\n1 4 5 [number]',
    );
  });

  it('gives spans: of a scalar with its value, of a mapping its key alone', () => {
    const text = 'net:\n  port: "27018" # c\n  list: [a,\n    b]\n';
    const net = yaml.parse(text, '/c').nodes[0];
    expect([net, ...(net?.children ?? [])].map((node) => text.slice(...node!.span))).toEqual([
      'net',
      'port: "27018"',
      'list: [a,\n    b]',
    ]);
  });

  it('skips a byte order mark', () => {
    expect(tree('\u{FEFF}a: 1')).toBe('1 a 1 [number]');
  });

  it('takes unknown values as text', () => {
    expect(tree(`a: ${unknown('$(x: "y" #')}:80`)).toBe('1 a "⟨$(x: \\"y\\" #⟩:80" [string]');
  });
});

describe('yaml: lists', () => {
  it('puts scalars into the arguments', () => {
    expect(tree('a:\n  - x\n  - 1\nb: [y, "z w"]\nc: []\n')).toBe(
      '1 a x 1 [list]\n4 b y "z w" [list]\n5 c [list]',
    );
  });

  it('makes a node "-" of each item where one is no scalar', () => {
    expect(tree('a:\n  - name: x\n    port: 1\n  - y\n  -\n  - [z]\n')).toBe(
      [
        '1 a [list]',
        '  2 - [map]',
        '    2 name x [string]',
        '    3 port 1 [number]',
        '  4 - y [string]',
        '  5 - [null]',
        '  6 - z [list]',
      ].join('\n'),
    );
  });

  it('does the same at the top', () => {
    expect(tree('- a: 1\n- b')).toBe('1 - [map]\n  1 a 1 [number]\n2 - b [string]');
  });
});

describe('yaml: the whole file', () => {
  it('gives one nameless node for a scalar, so that another syntax may be tried', () => {
    expect(tree('port = 27018\nfork = true\n')).toBe('1 "" "port = 27018 fork = true" [root-scalar]');
  });

  it('is empty when there is nothing', () => {
    expect(tree('')).toBe('');
    expect(tree('# only\n---\n')).toBe('');
  });

  it('reads the first document and says so', () => {
    expect(tree('---\na: 1\n---\nb: 2\n---\nc: 3')).toBe(
      '2 a 1 [number]\n? 3 only the first document of the file is read',
    );
  });

  it('reads JSON, also when indented by tabs', () => {
    expect(tree('{\n\t"a": {\n\t\t"b": [1,\n\t\t2], "c\\n": null\n\t}\n}\n')).toBe(
      '2 a [map]\n  3 b 1 2 [list]\n  4 "c\\n" null [null]',
    );
  });
});

describe('yaml: anchors, aliases, merge keys', () => {
  it('puts in what an alias stands for, at its own lines', () => {
    expect(tree('a: &x {p: 1}\nb: *x\nc: &y 5\nd: *y\ne: [*y, 6]')).toBe(
      '1 a [map]\n  1 p 1 [number]\n2 b [map]\n  1 p 1 [number]\n3 c 5 [number]\n4 d 5 [number]\n5 e 5 6 [list]',
    );
  });

  it('merges mappings, own keys first', () => {
    expect(tree('a: &x {p: 1, q: 2}\nb: &y {r: 3}\nc:\n  <<: [*x, *y]\n  p: 9\n')).toContain(
      '3 c [map]\n  5 p 9 [number]\n  1 q 2 [number]\n  2 r 3 [number]',
    );
  });

  it('reports an alias of nothing', () => {
    expect(tree('a: *x')).toBe('1 a [null]\n! 1 no anchor "x" before this alias');
  });

  it('bounds aliases that stand for themselves or for ever more', () => {
    const laughs = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, {b: 1}]`);
    const { problems } = yaml.parse(`a0: &a0 {x: 1}\n${laughs.join('\n')}`, '/c');
    expect(problems.map((problem) => problem.message)).toEqual([
      'aliases stand for more than 10000 nodes: the rest is not read',
    ]);
    expect(yaml.parse('a: &a {b: *a}', '/c').problems.length).toBe(1);
    expect(yaml.parse('a: &a {<<: *a, b: 1}', '/c').problems).toEqual([]);
  });

  it('bounds aliases of a long list', () => {
    const text = `a: &a [${'x,'.repeat(4000)}]\n${Array.from({ length: 5 }, (_, i) => `b${i}: *a\n`).join('')}`;
    expect(yaml.parse(text, '/c').nodes.map((node) => node.args.length)).toEqual([4000, 4000, 4000]);
  });
});

describe('yaml: what is wrong', () => {
  it.each([
    [
      'a key given twice',
      'a: 1\nb: 2\na: 3',
      '1 a 1 [number]\n2 b 2 [number]\n3 a 3 [number]\n! 3 duplicate key "a"',
    ],
    ['a tab as indentation', 'a:\n\tb: 1', '! 2 Tabs are not allowed as indentation'],
    [
      'a mapping on a line with its key',
      'a: b: c\n',
      '! 1 Nested mappings are not allowed in compact mappings',
    ],
    ['a list without an end', 'b: 1\na: [x\n', '1 b 1 [number]\n2 a x [list]\n! 3 Flow sequence'],
  ])('reports %s', (_, text, expected) => {
    expect(tree(text)).toContain(expected);
  });
});

describe('yaml: bounds', () => {
  const deep = 10_000;
  it.each([
    ['brackets', `a: ${'['.repeat(deep)}${']'.repeat(deep)}\nb: 1`],
    ['braces', `a: ${'{x: '.repeat(deep)}${'}'.repeat(deep)}\nb: 1`],
    ['braces with text', `a: ${'{x: [{"y": '.repeat(deep)}z${'}]}'.repeat(deep)}\nb: 1`],
    ['items of one line', `a:\n  ${'- '.repeat(deep)}x\nb: 1`],
    [
      'indentation',
      `${Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}k${i}:`).join('\n')} |\n x\nb: 1`,
    ],
  ])('skips %s nested too deep and reads on', (_, text) => {
    const { nodes, problems } = yaml.parse(text, '/c');
    expect(nodes.at(-1)).toMatchObject({ name: 'b', args: ['1'] });
    expect(problems.map((problem) => problem.message)).toContain(
      `nested deeper than ${limits.configDepth} levels: not read`,
    );
  });

  it('survives brackets that never close', () => {
    for (const bracket of ['[', '{', '[{', '{[', '- [', '[? ', '{a: ', '? - [']) {
      expect(yaml.parse(bracket.repeat(20_000), '/c').problems.length).toBeGreaterThan(0);
    }
  });

  it('does not read what is far too long', () => {
    expect(tree('a: &x 1\n'.repeat(300_000))).toBe('? 1 more than 1048576 characters of YAML: not read');
  });
});
