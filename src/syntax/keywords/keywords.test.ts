import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { keywords } from './keywords.ts';

const tree = (text: string) => show(keywords.parse(text, '/c.cfg'));
const words = (line: string) => keywords.parse(`global\n${line}`, '/c').nodes[0]?.children?.[0]?.args;

// Words, escapes and refusals were given to `haproxy -c` of 2.6.12, which shows the words in its messages.
describe('keywords: sections', () => {
  it('puts directives into the section before them', () => {
    expect(
      tree('# c\nglobal\n  log a b\n\nfrontend x from y\nbind :80\n  bind :81,:82 # c\nbackend z\n'),
    ).toBe(
      [
        '2 global [section]',
        '  3 log a b [directive]',
        '5 frontend x from y [section]',
        '  6 bind :80 [directive]',
        '  7 bind :81,:82 [directive]',
        '8 backend z [section] {}',
      ].join('\n'),
    );
  });

  it('refuses a directive before any section', () => {
    expect(tree('log x\nglobal')).toBe(
      '1 log x [directive]\n2 global [section] {}\n! 1 "log" stands in no section',
    );
  });

  it('keeps conditions where they stand, their expression as written', () => {
    expect(tree('.if streq("$A b",c#d) # e\nglobal\n.else\nfoo\n.endif')).toBe(
      [
        '1 .if "streq(\\"$A b\\",c" [condition]',
        '2 global [section]',
        '  3 .else [directive]',
        '  4 foo [directive]',
        '  5 .endif [directive]',
      ].join('\n'),
    );
  });

  it('reads nothing from a line whose first word is empty', () => {
    expect(tree('global\n"" x\n')).toBe('1 global [section] {}');
  });
});

describe('keywords: words', () => {
  it.each([
    ['a b\tc\vd', ['b', 'c', 'd']],
    ['a b#c d', ['b']],
    ['a b\\#c', ['b#c']],
    ['a b"c d"e', ['bc de']],
    [`a b'c d'`, ['bc d']],
    [`a "b#c" '#'`, ['b#c', '#']],
    ['a b\\ c', ['b c']],
    ['a \\x41\\n\\t\\\\\\q', ['A\n\t\\\\q']],
    ['a \\"b \\\'c', ['"b', "'c"]],
    [`a "b\\"c\\x41\\ "`, ['b"cA ']],
    [`a 'b\\x41\\'`, ['b\\x41\\']],
    ['a b\\', ['b\\']],
    ['a b\r', ['b']],
    ['a "" b', ['', 'b']],
    ['a $B "${C-d}e" \'$F\'', ['$B', '${C-d}e', '$F']],
    ['a "\\$b"', ['\\$b']],
    [`a ${unknown('$(x #"y)')}:80 b`, [`${unknown('$(x #"y)')}:80`, 'b']],
  ])('%j has the arguments %j', (line, args) => {
    expect(words(line)).toEqual(args);
    expect(keywords.parse(`global\n${line}`, '/c').problems).toEqual([]);
  });

  it.each([
    ['a "b', 'unmatched quote'],
    ["a 'b\\'c'", 'unmatched quote'],
    ['a b\\xZZ', 'truncated or invalid hexadecimal sequence'],
    ['a "$"', 'no name of an environment variable behind $'],
    ['a "${"', 'no name of an environment variable behind $'],
    [`a${' b'.repeat(64)}`, 'more than 64 words'],
  ])('refuses %j', (line, message) => {
    expect(keywords.parse(`global\n${line}\nb c`, '/c').problems).toMatchObject([
      { line: 2, message, fatal: true },
    ]);
  });

  it('does not join lines', () => {
    expect(tree('global\na b\\\nc')).toContain('2 a b\\ [directive]\n  3 c [directive]');
  });
});
