import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { sysctl } from './sysctl.ts';

const tree = (text: string) => show(sysctl.parse(text, '/c.conf')).replaceAll(' [bare]', '');

describe('sysctl', () => {
  it.each([
    [
      'listeners.tcp.default = 5672\r\n\tlog.level=info  \n',
      '1 listeners.tcp.default 5672\n2 log.level info',
    ],
    ['# c\n  # d\n\t\t\na = b # c\nc = d#e', '4 a b\n5 c d'],
    ['a = b c = d', '1 a "b c = d"'],
    ['a.$x = b', '! 1 neither a comment, an include nor "key = value": the rest is not read by the server'],
    ['a\\.b.c-d_1 = x', '1 a\\.b.c-d_1 x'],
    ['a = $(HOME)/x', '1 a $(HOME)/x'],
    ["a = 'b#c' # d\ne = 'f", "1 a b#c [quoted]\n2 e 'f"],
    ["a = 'b\n c'\nd = e", '1 a "b\\n c" [quoted]\n3 d e'],
    ['include conf.d/*.conf # x\nincluded = 1', '1 include conf.d/*.conf [include]\n2 included 1'],
    ['include = 1', '1 include 1'],
    [`a = ${unknown('$(b # c)')}\n${unknown('$X')}`, '1 a "⟨$(b # c)⟩"\n2 ⟨$X⟩ [unknown]'],
  ])('reads %j', (text, expected) => expect(tree(text)).toBe(expected));

  it.each([
    ['a =\nb = c', '! 1 "a" has no value'],
    ["a = 'b' c\nb = c", '! 1 text behind a quoted value'],
    ['[section]\nb = c', '! 1 neither'],
    ['a: 1\nb = c', '! 1 neither'],
  ])('refuses %j and reads on', (text, problem) => {
    expect(tree(text)).toContain('2 b c\n');
    expect(tree(text)).toContain(problem);
  });

  it('gives the span from the key to the value', () => {
    const text = '\n  a.b = c d  # e\n';
    expect(text.slice(...(sysctl.parse(text, '/c').nodes[0]?.span ?? [0, 0]))).toBe('a.b = c d');
  });
});
