import { expect, it } from 'vitest';
import { readArgumentFile } from './argument-file.ts';

const words = (text: string) => readArgumentFile(text, '/f').map(({ value }) => value);

// All of these were given to OpenJDK 17.
it.each([
  ['words between blanks and lines', 'a b\n\tc\r\nd', ['a', 'b', 'c', 'd']],
  ['comments', '# x\na # b\nc', ['a', 'c']],
  ['a comment in a word, which takes the word', 'a=b#c d\ne', ['e']],
  ['quotes of either kind, also in words', `"a b" 'c "d' e"f g"h`, ['a b', 'c "d', 'ef gh']],
  ['escapes in quotes', '"a\\tb\\\\c\\"d" \'e\\\'f\'', ['a\tb\\c"d', "e'f"]],
  ['no escapes outside them', 'a\\tb\\', ['a\\tb\\']],
  ['lines joined in quotes, without indentation', '"a\\\n   b" c', ['ab', 'c']],
  ['a quote that the line ends', '"a b\nc"', ['a b', 'c']],
])('reads %s', (_, text, expected) => {
  expect(words(text)).toEqual(expected);
});

it('tells the lines of words', () => {
  expect(readArgumentFile('a\n# b\n"c\\\n d"\ne', '/f').map(({ evidence }) => evidence.line)).toEqual([
    1, 3, 5,
  ]);
});

it.each(['"', '\\', '"\\', '#', 'a#', "'a' ", '"a\\\n'])('takes linear time for %j', (piece) => {
  const before = process.cpuUsage();
  readArgumentFile(piece.repeat(200_000), '/f');
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2.5);
});
