import { describe, expect, it } from 'vitest';
import { printable, printableJson } from './printable.ts';

describe('printable', () => {
  it.each([
    ['plain → text', 'plain → text'],
    ['a\tb\nc\r', 'a b\\nc\\x0d'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['\x9b31m', '\\x9b31m'],
    ['safe\u202etxt.exe', 'safe\\u{202e}txt.exe'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['lone \ud800', 'lone \\u{d800}'],
  ])('%j', (text, shown) => expect(printable(text)).toBe(shown));
});

it('JSON stays the same JSON', () => {
  const value = { text: 'a\x1b\x9b\u202e\u2028\u{e0041}→日', list: [1] };
  const shown = printableJson(JSON.stringify(value, null, 2));
  expect(JSON.parse(shown)).toEqual(value);
  expect(shown).not.toMatch(/[\x1b\x9b\u202e\u2028\u{e0041}]/u);
  expect(shown).toContain('→日');
});
