import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { assignments } from './assignments.ts';

const tree = (text: string) => show(assignments.parse(text, '/c.conf'));

// All of it was given to `postgres -C NAME` of 15.18, whose answer is what is expected here.
describe('assignments', () => {
  it.each([
    ["a = 'b'", '1 a b [quoted]'],
    ["a 'b'", '1 a b [quoted]'],
    ["a'b'", '1 a b [quoted]'],
    ['\n\n  Name \t=\tb \t\r\n', '3 Name b [word]'],
    ["a = 'b'#c\n# d = e\n", '1 a b [quoted]'],
    ["a=b#'c", '1 a b [word]'],
    ["a = ''", '1 a "" [quoted]'],
    ["a = 'it''s' ", `1 a it's [quoted]`],
    ["a = 'it\\'s'", `1 a it's [quoted]`],
    ["a = 'b # c'", '1 a "b # c" [quoted]'],
    ["a = 'b\\072\\n\\x41\\q\\\\'", '1 a "b:\\nx41q\\\\" [quoted]'],
    ["a = 'b\\501'", '1 a bA [quoted]'],
    ["a = 'caf\\303\\251'", '1 a café [quoted]'],
    ['a.b = 1', '1 a.b 1 [number]'],
  ])('reads %j', (text, expected) => {
    expect(tree(text)).toBe(expected);
  });

  it.each(['localhost', 'on', 'a-b', 'a:b/c', 'a.b.c', 'a.b-c', '_x', 'é'])('takes %s as a word', (value) => {
    expect(tree(`a = ${value}`)).toBe(`1 a ${value} [word]`);
  });

  it.each(['5432', '012', '0x1b80', '128MB', '5432x', '1.5', '.5', '1.e3', '-5', '+5'])(
    'takes %s as a number',
    (value) => {
      expect(tree(`a = ${value}`)).toBe(`1 a ${value} [number]`);
    },
  );

  it.each([
    ['a = 127.0.0.1', 'near ".0"'],
    ['a = *', 'near "*"'],
    ['a = a.b', 'near "a.b"'],
    ['a = /tmp', 'near "/"'],
    ['a = a,b', 'near ","'],
    ['a = a;', 'near ";"'],
    ['a = "b"', 'near """'],
    ['a = 1.5s', 'near "s"'],
    ['a = 1e3', 'near "3"'],
    ['a = - 5', 'near "-"'],
    ['a == b', 'near "="'],
    ["a = 'b' 'c'", `near "'c'"`],
    ["a = 'b'c", 'near "c"'],
    ["a = 'b", `near "'"`],
    ["a = 'b\\", `near "'"`],
    ['a = b\rc = d', 'near "c"'],
    ['a = b\v', 'near "\v"'],
    ['a =', 'near end of line'],
    ['a', 'near end of line'],
    ['5 = 6', 'near "5"'],
    ['a.b.c = 1', 'near "a.b.c"'],
    ['a-b = 1', 'near "a-b"'],
    ['\u{FEFF}# x', 'near end of line'],
  ])('refuses %j and reads on', (text, near) => {
    const { nodes, problems } = assignments.parse(`${text}\nport = 1`, '/c');
    expect(nodes.map((node) => node.name)).toEqual(['port']);
    expect(problems).toMatchObject([{ line: 1, message: `syntax error ${near}`, fatal: true }]);
  });

  it('has no strings over several lines: both lines are wrong', () => {
    expect(assignments.parse("a = 'b\\\nc'\nport = 1", '/c').problems.map((problem) => problem.line)).toEqual(
      [1, 2],
    );
  });

  it('accepts unknown values where a name or a value stands, and as a whole line', () => {
    const x = unknown("$(f 'x' = #)");
    expect(tree(`${x} = 1\na = 1.${x}.2\nb = '${x}'\n${x}`)).toBe(
      [`1 X 1 [number]`, `2 a 1.X.2 [word]`, '3 b X [quoted]', '4 X [unknown]']
        .map((line) => line.replace(/\S*X\S*/, (word) => JSON.stringify(word.replace('X', "⟨$(f 'x' = #)⟩"))))
        .join('\n'),
    );
  });

  it('gives the span from the name to the value', () => {
    const text = "\n name = 'a b' # c";
    expect(text.slice(...(assignments.parse(text, '/c').nodes[0]?.span ?? [0, 0]))).toBe("name = 'a b'");
  });
});
