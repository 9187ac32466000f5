import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { keywords } from './keywords.ts';

const tree = (text: string) => show(keywords.parse(text, '/c.cfg'));
const words = (line: string) => keywords.parse(`global\n${line}`, '/c').nodes[1]?.args;

// Words, escapes and refusals were given to `haproxy -c` of 2.6.12, which shows the words in its messages.
describe('keywords: lines', () => {
  it('marks the words that begin a section', () => {
    expect(
      tree('# c\nglobal\n  log a b\n\nfrontend x from y\nbind :80\n  bind :81,:82 # c\nbackend z\n'),
    ).toBe(
      [
        '2 global [heading]',
        '3 log a b [directive]',
        '5 frontend x from y [heading]',
        '6 bind :80 [directive]',
        '7 bind :81,:82 [directive]',
        '8 backend z [heading]',
      ].join('\n'),
    );
  });

  it('reads conditions as any line', () => {
    expect(tree('.if streq(a b,"c#d") # e\nglobal\n.endif')).toBe(
      ['1 .if streq(a b,c#d) [directive]', '2 global [heading]', '3 .endif [directive]'].join('\n'),
    );
  });

  it('reads nothing from a line whose first word is empty', () => {
    expect(tree('global\n"" x\n')).toBe('1 global [heading]');
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
    ['a "\\$b"', ['$b']],
    ['a b\rc', ['b']],
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
    ['a "${"', 'unmatched brace in environment variable name'],
    ['a "${B:-1}"', 'unmatched brace in environment variable name'],
    ['a "${1}"', 'no name of an environment variable behind $'],
    [`a${' b'.repeat(64)}`, 'more than 64 words'],
  ])('refuses %j', (line, message) => {
    expect(keywords.parse(`global\n${line}\nb c`, '/c').problems).toMatchObject([
      { line: 2, message, fatal: true },
    ]);
  });

  it('does not join lines', () => {
    expect(tree('global\na b\\\nc')).toContain('2 a b\\ [directive]\n3 c [directive]');
  });
});

describe('keywords: variables', () => {
  const values = new Map([
    ['A', 'x "y" #z'],
    ['EMPTY', ''],
  ]);
  const expanded = (line: string) => {
    const [node] = keywords.parse(line, '/c').nodes;
    return node?.raw === undefined
      ? node?.args
      : keywords.expand?.(node.raw, (name) => values.get(name)).args;
  };

  it.each([
    ['a "$A"b', ['x "y" #zb']],
    ['a "${A}" c', ['x "y" #z', 'c']],
    ['a "1${A[*]}2" c', ['1x', '"y"', '#z2', 'c']],
    ['a "${UNSET-d e}" "${EMPTY-d}" "${A-d}"', ['d e', '', 'x "y" #z']],
    ['a "$UNSET" c', ['', 'c']],
    [`a $A \${A} '$A' "\\$A"`, ['$A', '${A}', '$A', '$A']],
  ])('%j has the arguments %j', (line, args) => {
    expect(expanded(line)).toEqual(args);
  });

  it('may make a heading of a line', () => {
    const [node] = keywords.parse('"$A" b', '/c').nodes;
    expect(keywords.expand?.(node?.raw ?? '', () => 'listen')).toMatchObject({
      name: 'listen',
      form: 'heading',
    });
  });

  it('refuses a line that values make too long', () => {
    const { flaw } = keywords.expand?.('a "${A[*]}"', () => 'b '.repeat(64)) ?? {};
    expect(flaw).toBe('more than 64 words');
  });
});
