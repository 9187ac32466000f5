import { expect, it } from 'vitest';
import { holdsWord, splitWords } from './words.ts';

it.each([
  ['-p 80  -h "a b"', ['-p', '80', '-h', 'a b']],
  [`'it'\\''s' ""`, ["it's", '']],
  ['a\\ b "c\\"d" \'e\\f\'', ['a b', 'c"d', 'e\\f']],
  ['  ', []],
  ['"open to the end', ['open to the end']],
])('%j', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

it.each([
  ['listen 80;', '80', true],
  ['listen 8080;', '80', false],
  ['listen 8080 80', '80', true],
  ['x80', '80', false],
  ['[::]:80', '80', true],
  ['anything', '', false],
])('%j has the word %j: %s', (text, word, expected) => {
  expect(holdsWord(text, word)).toBe(expected);
});
