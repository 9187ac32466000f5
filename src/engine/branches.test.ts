import { describe, expect, it } from 'vitest';
import { keywords } from '../syntax/keywords/keywords.ts';
import { Branches } from './branches.ts';

const rules = {
  ...{ if: '.if', elseIf: '.elif', else: '.else', end: '.endif', deepest: 4 },
  predicates: {
    set: { arguments: 1, holds: "args[0] == 'a'" },
    unclear: { arguments: 1, holds: '[]' },
  },
};

/** The lines that count; those of which it can't be known have a `?`. */
function taken(text: string): string {
  const reported: number[] = [];
  const branches = new Branches(rules, { get: () => undefined }, ({ at }) => reported.push(at.line ?? 0));
  const kept = keywords.parse(text, '/c').nodes.flatMap((line) => {
    const counts = branches.take(line);
    return counts === false ? [] : [counts ? line.name : `${line.name}?`];
  });
  branches.finish();
  return [...kept, ...reported.map((line) => `unknown in ${line}`)].join(' ');
}

describe('branches', () => {
  it.each([
    ['.if 1\na\n.else\nb\n.endif\nc', 'a c'],
    ['.if 0\na\n.elif 1\nb\n.elif 1\nc\n.else\nd\n.endif', 'b'],
    ['.if 0\n.if 1\na\n.else\nb\n.endif\n.else\nc\n.endif', 'c'],
    ['.if 0\n.if nobody(1)\n.endif\n.endif\na', 'a'],
    ['.if set(a)\na\n.endif\n.if set(b)\nb\n.endif', 'a'],
    ['.if unclear(x)\na\n.elif 1\nb\n.else\nc\n.endif\nd', 'a? b? d unknown in 1'],
    ['.if unclear(x)\na\n.else\nb\n.endif', 'a? b? unknown in 1'],
    ['.if 1\na\n.elif unclear(x)\nb\n.endif', 'a'],
  ])('of %j', (text, expected) => {
    expect(taken(text)).toBe(expected);
  });

  it.each([
    ['.endif', '.endif without .if'],
    ['.else', '.else without .if'],
    ['.if 1\n.else\n.elif 1', '.elif after .else'],
    ['.if 1\n.else x', '.else takes no argument'],
    ['.if 1\na', '.if does not end (/c:1)'],
    ['.if nobody(1)', 'there is no condition nobody'],
    ['.if set(a,b)', 'set takes 1 arguments'],
    ['.if 1\n'.repeat(4), 'nested too deeply'],
  ])('refuse %j', (text, message) => {
    expect(() => taken(text)).toThrow(message);
  });
});
