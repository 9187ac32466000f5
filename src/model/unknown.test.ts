import { expect, it } from 'vitest';
import { isUnknown, showUnknown, unknown, unknownReasons } from './unknown.ts';

it('survives concatenation and says its reasons', () => {
  const text = `--bind ${unknown('$(hostname -i)')}:${unknown('$PORT')}`;
  expect(isUnknown(text)).toBe(true);
  expect(unknownReasons(text)).toEqual(['$(hostname -i)', '$PORT']);
  expect(showUnknown(text)).toBe('--bind ⟨$(hostname -i)⟩:⟨$PORT⟩');
});

it('a reason that is itself unknown does not nest', () => {
  const outer = unknown(`$(get ${unknown('$X')})`);
  expect(showUnknown(outer)).toBe('⟨$(get ⟨$X⟩)⟩');
  expect(unknownReasons(outer)).toHaveLength(1);
});

it('a plain text is known', () => {
  expect(isUnknown('80')).toBe(false);
  expect(unknownReasons('80')).toEqual([]);
});
