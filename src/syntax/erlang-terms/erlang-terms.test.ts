import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { erlangTerms } from './erlang-terms.ts';

const tree = (text: string) => show(erlangTerms.parse(text, '/a.config'));
const only = (term: string) => tree(`[{k, ${term}}].`).replace('1 k ', '');

describe('erlang-terms', () => {
  it('makes nodes of pairs whose key is an atom', () => {
    expect(
      tree(
        '%% c\n[{rabbit, [\n  {tcp_listeners, [5672]}, % c\n  {loopback_users, []}\n]},\n {kernel, [{a, b}]}].\n',
      ),
    ).toBe(
      [
        '2 rabbit [list]',
        '  3 tcp_listeners 5672 [list]',
        '  4 loopback_users [list]',
        '6 kernel [list]',
        '  6 a b [atom]',
      ].join('\n'),
    );
  });

  it('makes nodes "-" of everything else in a list', () => {
    expect(tree('[{l, [5672, {"::1", 5673}, {"h", [1]}, x]}].')).toBe(
      [
        '1 l [list]',
        '  1 - 5672 [number]',
        '  1 - ::1 5673 [tuple]',
        '  1 - [tuple]',
        '    1 - h [string]',
        '    1 - 1 [list]',
        '  1 - x [atom]',
      ].join('\n'),
    );
  });

  it('reads lists of atoms, and terms in a row', () => {
    expect(tree('[a,b\n,c].')).toBe('1 - a [atom]\n1 - b [atom]\n2 - c [atom]');
    expect(tree('{a, 1}.\n{b, 2}.')).toBe('1 a 1 [number]\n2 b 2 [number]');
  });

  it.each([
    ["'quoted ATOM@x'", '"quoted ATOM@x" [atom]'],
    ['"a\\"b\\n\\x{e9}\\x41\\101\\s"', '"a\\"b\\néAA " [string]'],
    ['"a" "b"', 'ab [string]'],
    ['<<"bin">>', 'bin [binary]'],
    ['<<"é"/utf8>>', 'é [binary]'],
    ['<<1,2>>', '1 2 [list]'],
    ['-1', '-1 [number]'],
    ['16#FF', '16#FF [number]'],
    ['1.5e-3', '1.5e-3 [number]'],
    ['$a', '$a [number]'],
    ['"% no comment"', '"% no comment" [string]'],
    [unknown('$(x)'), '⟨$(x)⟩ [atom]'],
  ])('reads the value %s', (term, expected) => {
    expect(only(term)).toBe(expected);
  });

  it('reads maps as lists of values in turn', () => {
    expect(tree('[{m, #{a => 1, "b" => 2}}].')).toBe('1 m a 1 b 2 [list]');
  });

  it.each([
    ['[{a, 1}]', '! 1 no "." behind the term'],
    ['[{a, 1}', '! 1 not closed at the end of the file'],
    ['[{a, 1]}.', '! 1 unexpected "]"'],
    ['[{a, X}].', '! 1 no Erlang term'],
    ['[{a, "b}].', '! 1 no Erlang term'],
    ['a = b', '! 1 no Erlang term'],
  ])('refuses %s', (text, problem) => expect(tree(text)).toContain(problem));

  it('gives spans from the key to the value', () => {
    const text = '[{port, "x" }, {l, [1, 2]}, 3].';
    expect(erlangTerms.parse(text, '/c').nodes.map((node) => text.slice(...node.span))).toEqual([
      'port, "x"',
      'l, [1, 2]',
      '3',
    ]);
  });

  it('skips what is nested too deep and reads on', () => {
    const deep = 10_000;
    const { nodes, problems } = erlangTerms.parse(
      `[{a, ${'['.repeat(deep)}${']'.repeat(deep)}}, {b, 1}].`,
      '/c',
    );
    expect(nodes.map((node) => node.name)).toEqual(['a', 'b']);
    expect(problems.map((problem) => problem.fatal)).toEqual([false]);
  });
});
