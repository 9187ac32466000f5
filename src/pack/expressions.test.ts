import { describe, expect, it } from 'vitest';
import { unknown } from '../model/unknown.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import { evaluate, ImageView } from './expressions.ts';

const image = new ImageView(memoryRootfs({ '/etc/x': 'a = 1\nb = 2\n' }));
const names = { get: (name: string) => (name === 'image' ? image : undefined) };

describe('rounded()', () => {
  it.each([
    ['7000', 7000n],
    [' 7000 ', 7000n],
    ['+7000', 7000n],
    ['-1', -1n],
    ['0x1B80', 7040n],
    ['015571', 7033n],
    ['08', -1n],
    ['70.12e2', 7012n],
    ['6008.4', 6008n],
    ['2.5', 2n],
    ['3.5', 4n],
    ['010.6', 11n],
    ['.6', 1n],
    ['6kB', -1n],
    ['', -1n],
    ['1e99', -1n],
  ])('%j', (text, expected) => {
    expect(evaluate(`rounded('${text}')`, names)).toBe(expected);
  });
});

it('reads a text of the image, empty where there is none', () => {
  expect(evaluate("captures(image.text('/etc/x'), '= (.)')", names)).toEqual(['1', '2']);
  expect(
    evaluate("image.text('/none') + string(image.owner('/etc/x')) + string(image.owner('/none'))", names),
  ).toBe('0-1');
});

it('takes nothing apart that is unknown', () => {
  const lines = `a ${unknown('$(get "x" | y)')} b`;
  const own = (name: string) => (name === 'text' ? lines : undefined);
  expect(evaluate('words(text)', { get: own })).toEqual(['a', unknown('$(get "x" | y)'), 'b']);
  expect(evaluate("parts(text, ' +')", { get: own })).toEqual(['a', unknown('$(get "x" | y)'), 'b']);
});
