import { describe, expect, it } from 'vitest';
import { holdsCondition } from './condition.ts';

const predicate = (name: string, args: string[]) =>
  name === 'unknown' ? undefined : name === 'same' && args[0] === args[1];

describe('a condition', () => {
  it.each([
    ['', false],
    ['0', false],
    ['-1', true],
    ['0x10', true],
    ['!1', false],
    ['! !1', true],
    ['same(a,a)', true],
    ['same(a, a)', false],
    ['same("a,b",\'a,b\')', true],
    ['same(a\\ b,"a b")', true],
    ['same', false],
    ['1 || 0 && 0', true],
    ['(1 || 0) && 0', false],
    ['!( 1 && 0 ) && (0||1)', true],
    ['unknown', undefined],
    ['!unknown', undefined],
    ['unknown && 0', false],
    ['unknown || 1', true],
    ['unknown || 0', undefined],
  ])('%j is %s', (text, expected) => {
    expect(holdsCondition(text, predicate)).toBe(expected);
  });

  it.each(['1 2', '(1', '1)', '&& 1', '1 &&', '!', 'same(a', 'same (a,a)', '('.repeat(5_000)])(
    'refuses %j',
    (text) => {
      expect(() => holdsCondition(text, predicate)).toThrow('condition');
    },
  );
});
