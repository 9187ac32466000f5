import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { properties } from './properties.ts';

const tree = (text: string) => show(properties.parse(text, '/c.properties'));

// Marked "run": the same text was given to java.util.Properties.load of JDK 17.
describe('properties', () => {
  it.each([
    [
      '= and : and a blank between name and value (run)',
      'a=1\nb:2\nc 3\nd\t=\t4',
      '1 a 1\n2 b 2\n3 c 3\n4 d 4',
    ],
    ['only the first separator as one (run)', 'a==b\nc = : d\ne  :=f', '1 a =b\n2 c ": d"\n3 e =f'],
    ['names without a value (run)', 'a\nb=\n=c', '1 a ""\n2 b ""\n3 "" c'],
    ['blanks before the name, not behind the value (run)', '  a = b  ', '1 a "b  "'],
    ['comments, also behind blanks, never in values (run)', '# c\n ! c\na=b # c', '3 a "b # c"'],
    ['a comment that seems to be continued (run)', '# c \\\na=b', '2 a b'],
    ['continued lines, without their indentation (run)', 'a=b,\\\n   c\\\r\n\td\ne=f', '1 a b,cd\n4 e f'],
    ['a continued name (run)', 'a\\\n  b=c', '1 ab c'],
    ['a continued line before the separator (run)', 'a \\\n = b', '1 a b'],
    ['no continuation behind two backslashes (run)', 'a=b\\\\\nc=d', '1 a b\\\n2 c d'],
    ['a continued line that would be a comment (run)', 'a=b\\\n#c', '1 a b#c'],
    ['a continuation that an empty line ends (run)', 'a=b\\\n\nc=d', '1 a b\n3 c d'],
    ['escapes (run)', 'a\\=b\\ c=\\t\\q\\u0041', '1 "a=b c" "\\tqA"'],
    ['a backslash at the end (run)', 'a=b\\', '1 a b'],
    ['lines ended by a carriage return alone (run)', 'a=1\rb=2', '1 a 1\n1 b 2'],
    ['form feeds as blanks (run)', '\fa\f=\fb', '1 a b'],
    ['unknown values as part of a value', `a=${unknown('$(b = c)')}:80`, '1 a "⟨$(b = c)⟩:80"'],
  ])('reads %s', (_, text, expected) => {
    expect(tree(text)).toBe(expected);
  });

  it('stops at a malformed escape, as Java does (run)', () => {
    expect(tree('a=1\nb=\\u12G4\nc=3')).toBe(
      '1 a 1\n? 2 malformed \\uXXXX: neither the line nor what follows is read',
    );
  });

  it('gives spans in the file, over continued lines', () => {
    const text = '# c\n  a = b\\\n  c  \nd';
    const [span] = properties.parse(text, '/c').nodes.map((node) => node.span);
    expect(text.slice(...(span ?? [0, 0]))).toBe('a = b\\\n  c  ');
  });
});
