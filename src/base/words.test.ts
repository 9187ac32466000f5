import { expect, it } from 'vitest';
import { splitWords } from './words.ts';

it.each([
  ['-p 80  -h "a b"', ['-p', '80', '-h', 'a b']],
  [`'it'\\''s' ""`, ["it's", '']],
  ['a\\ b "c\\"d" \'e\\f\'', ['a b', 'c"d', 'e\\f']],
  ['  ', []],
  ['"open to the end', ['open to the end']],
])('%j', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});
