import { describe, expect, it } from 'vitest';
import { isPattern, matchGlob } from './glob.ts';

describe('isPattern', () => {
  it.each(['*', 'a?b', '[a]', '['])('%s is one', (text) => expect(isPattern(text)).toBe(true));
  it.each(['', 'a.conf', ']', 'a\\b', '{a,b}'])('"%s" is none', (text) =>
    expect(isPattern(text)).toBe(false),
  );
});

// The sets and backslashes were given to fnmatch(3) of glibc 2.36; it answered the same.
describe('matchGlob', () => {
  it.each([
    ['a.conf', 'a.conf', true],
    ['a.conf', 'a.con', false],
    ['a.conf', 'aXconf', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['*.conf', 'a.conf', true],
    ['*.conf', 'a.conf.bak', false],
    ['a*b*c', 'aXbYbc', true],
    ['a*b*c', 'aXbYb', false],
    ['**a', 'ba', true],
    ['?', 'a', true],
    ['?', '', false],
    ['a?', 'abc', false],
    ['*?', '', false],
  ])('%s and "%s": %s', (pattern, text, expected) => expect(matchGlob(pattern, text)).toBe(expected));

  it.each([
    ['[abc]', 'b', true],
    ['[a-c]x', 'bx', true],
    ['[a-c]', 'd', false],
    ['[z-a]', 'm', false],
    ['[!a]', 'b', true],
    ['[^a]', 'a', false],
    ['[a-]', '-', true],
    ['[-a]', '-', true],
    ['[!-a]', 'b', true],
    ['[a-c-e]', '-', true],
    ['[a-c-e]', 'd', false],
    ['[]a]', ']', true],
    ['[]a]', 'a', true],
    ['[!]a]', ']', false],
    ['[!]a]', 'b', true],
    ['[]-a]', '^', true],
    ['[[]', '[', true],
    ['[:alpha:]', 'a', true],
    ['[:alpha:]', 'z', false],
    ['*[0-9].conf', 'a1.conf', true],
  ])('sets: %s and "%s": %s', (pattern, text, expected) => expect(matchGlob(pattern, text)).toBe(expected));

  it.each([
    ['[[:alpha:]]x', 'ax', true],
    ['[[:alpha:]]x', '1x', false],
    ['[![:alpha:]]', '1', true],
    ['[[:upper:][:digit:]_]', '5', true],
    ['[[:digit:]-z]', '-', true],
    ['[[:punct:]]', '[', true],
    ['[[:foo:]]', 'a', false],
    ['[[:]', ':', true],
    ['[[:alpha:]', 'a', false],
  ])('classes: %s and "%s": %s', (pattern, text, expected) =>
    expect(matchGlob(pattern, text)).toBe(expected),
  );

  it.each([
    ['[a', '[a', true],
    ['[a', 'a', false],
    ['[', '[', true],
    ['[]', '[]', true],
    ['[!', '[!', true],
    ['*[', 'a[', true],
  ])('a set that does not end stands for itself: %s and "%s": %s', (pattern, text, expected) =>
    expect(matchGlob(pattern, text)).toBe(expected),
  );

  it.each([
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a\\bc', 'abc', true],
    ['a\\', 'a\\', true],
    ['[\\]]', ']', true],
    ['[\\]]', '\\', false],
    ['[a\\-z]', '-', true],
    ['[a\\-z]', 'b', false],
  ])('backslash: %s and "%s": %s', (pattern, text, expected) =>
    expect(matchGlob(pattern, text)).toBe(expected),
  );

  it.each([
    ['*', false],
    ['?a', false],
    ['[.]a', false],
    ['[!x]a', false],
    ['.a', true],
    ['\\.a', true],
    ['.*', true],
  ])('%s and a name with a leading dot: %s when dots are special', (pattern, expected) => {
    expect(matchGlob(pattern, '.a', { period: true })).toBe(expected);
    expect(matchGlob(pattern, '.a')).toBe(true);
  });

  it('does not take long over many stars', () => {
    expect(matchGlob('*a'.repeat(1_000), `${'a'.repeat(100_000)}b`)).toBe(false);
  });
});
