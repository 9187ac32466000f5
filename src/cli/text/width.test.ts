import { describe, expect, it } from 'vitest';
import { displayWidth, truncate, truncateMiddle, wrap } from './width.ts';

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['한글', 4],
    ['ｆ', 2],
    ['🚢', 2],
    ['→…', 2],
    ['', 0],
  ])('%s takes %i columns', (text, width) => expect(displayWidth(text)).toBe(width));
});

describe('truncate', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['too long', 5, 'too…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%s to %i', (text, width, cut) => {
    expect(truncate(text, width)).toBe(cut);
    expect(displayWidth(cut)).toBeLessThanOrEqual(width);
  });
});

it('cuts paths in the middle, so that their ends stay', () => {
  expect(truncateMiddle('/usr/lib/server/17/bin/server', 20)).toBe('/usr/…/17/bin/server');
  expect(truncateMiddle('/usr/bin/x', 20)).toBe('/usr/bin/x');
});

describe('wrap', () => {
  it.each([
    ['one two three', 8, ['one two', 'three']],
    ['fits', 8, ['fits']],
    ['averylongword here', 6, ['averyl', 'ongwor', 'd here']],
    ['日本語 テスト', 7, ['日本語', 'テスト']],
    ['', 5, ['']],
  ])('%s at %i', (text, width, lines) => expect(wrap(text, width)).toEqual(lines));
});
