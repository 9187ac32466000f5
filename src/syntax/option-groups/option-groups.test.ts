import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { optionGroups } from './option-groups.ts';

const tree = (text: string) => show(optionGroups.parse(text, '/c.cnf'));
const options = (text: string) =>
  optionGroups.parse(`[g]\n${text}`, '/c').nodes[0]?.children?.map((node) => [node.name, ...node.args]);

// All of it was given to my_print_defaults of MariaDB 10.11.
describe('option-groups', () => {
  it('reads options of groups, with and without a value', () => {
    expect(tree('[mysqld]\r\nport=3307 \n skip-networking\n[client] x\n[mysqld ]\nbind_address = ::')).toBe(
      [
        '1 "[group]" mysqld [group]',
        '  2 port 3307 [option]',
        '  3 skip-networking [bare]',
        '4 "[group]" client [group] {}',
        '5 "[group]" mysqld [group]',
        '  6 bind_address :: [option]',
      ].join('\n'),
    );
  });

  it.each([
    ['a=1#c\nb = 2 # c\nc#d', [['a', '1'], ['b', '2'], ['c']]],
    [
      'a=1;c\n;b\n #c\nd=;',
      [
        ['a', '1;c'],
        ['d', ';'],
      ],
    ],
    ['a=b=c\n --d\n=e', [['a', 'b=c'], ['--d'], ['', 'e']]],
    [
      'a=\n a b = c d ',
      [
        ['a', ''],
        ['a b', 'c d'],
      ],
    ],
    [
      'a="b c"\nb=\'d\'\nc="e\nd=f"g"',
      [
        ['a', 'b c'],
        ['b', 'd'],
        ['c', '"e'],
        ['d', 'f"g"'],
      ],
    ],
    [
      'e="\nf=""\na="b" c\nb = "x" "y"',
      [
        ['e', '"'],
        ['f', ''],
        ['a', '"b" c'],
        ['b', 'x" "y'],
      ],
    ],
    [
      'a="b#c"\nb=b"#c"#d\nc=it\'s # x',
      [
        ['a', 'b#c'],
        ['b', 'b"#c"'],
        ['c', "it's # x"],
      ],
    ],
    [
      'a="b\\"c"#\nb="x\\\\" # c',
      [
        ['a', 'b"c'],
        ['b', 'x\\'],
      ],
    ],
    ['b=b\\nc\\td\\se\\\\f\\qg\\', [['b', 'b\nc\td e\\f\\qg\\']]],
    [
      'a=b\\#c\nc=\\',
      [
        ['a', 'b\\'],
        ['c', '\\'],
      ],
    ],
    ["a='\\''", [['a', "'"]]],
    ['a\v=\fb', [['a', 'b']]],
    ['c=1\\\nd', [['c', '1\\'], ['d']]],
    [`a=${unknown('$(b "#")')}`, [['a', unknown('$(b "#")')]]],
  ])('%j', (text, expected) => expect(options(text)).toEqual(expected));

  it('keeps includes outside groups, which go on behind them', () => {
    expect(tree('!include /a b \n[g]\na\n! includedir\t/d\nb')).toBe(
      [
        '1 !include "/a b" [include]',
        '2 "[group]" g [group]',
        '  3 a [bare]',
        '4 !includedir /d [include]',
        '2 "[group]" g [group]',
        '  5 b [bare]',
      ].join('\n'),
    );
  });

  it.each([
    ['a=1\n[g]', '! 1 option before any group'],
    ['[g\na', '! 1 group without "]"'],
    ['[g]\n!include \n', '! 2 !include without a path'],
    ['[g]\n!foo x\n', '? 2 unknown directive: not read by the server'],
    ['\u{FEFF}[g]\n', '! 1 option before any group'],
  ])('reports what is wrong in %j', (text, problem) => expect(tree(text)).toContain(problem));
});
