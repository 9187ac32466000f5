import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { braces } from './braces.ts';

const tree = (text: string) => show(braces.parse(text, '/c.conf'));

// Marked "run": the same text was given to `nginx -t` or `nginx -T` of 1.22.1.
describe('braces: directives and blocks', () => {
  it('reads nested blocks with the line of each name', () => {
    expect(tree('http {\n  server {\n    listen 80 default_server;\n  }\n  server { }\n}\n')).toBe(
      '1 http [block]\n  2 server [block]\n    3 listen 80 default_server [simple]\n  5 server [block] {}',
    );
  });

  it('reads several directives of one line, and one directive of several lines', () => {
    expect(tree('a 1;b 2 ;\nc\n  3\n\t4;')).toBe('1 a 1 [simple]\n1 b 2 [simple]\n2 c 3 4 [simple]');
  });

  it('needs no blank before "{" or ";"', () => {
    expect(tree('server{listen 80;}')).toBe('1 server [block]\n  1 listen 80 [simple]');
  });

  it('joins a directive with the next line where ";" is missing, as the server does', () => {
    expect(tree('listen 80\nserver_name x;')).toBe('1 listen 80 server_name x [simple]');
  });

  it('keeps path, line and trimmed text as evidence', () => {
    const { nodes } = braces.parse('events {}\r\n\t listen  80; \r\n', '/etc/c.conf');
    expect(nodes[1]?.at).toEqual({ kind: 'config', path: '/etc/c.conf', line: 2, text: 'listen  80;' });
  });

  it('cuts a long line to the part where the directive begins', () => {
    const { nodes } = braces.parse(`${'env a; '.repeat(1000)}listen 80;`, '/c.conf');
    expect(nodes.at(-1)?.at.text).toBe('listen 80;');
    expect(nodes[500]?.at.text).toMatch(/^env a; env a;.{180,190}$/);
  });

  it('gives spans from the name to behind the last argument', () => {
    const text = 'server { listen "80" ; }';
    const block = braces.parse(text, '/c').nodes[0];
    expect(text.slice(...(block?.span ?? [0, 0]))).toBe('server');
    expect(text.slice(...(block?.children?.[0]?.span ?? [0, 0]))).toBe('listen "80"');
  });

  it('is no problem when the text is empty or only comments', () => {
    expect(tree('')).toBe('');
    expect(tree('# nothing\n  #more')).toBe('');
  });
});

describe('braces: tokens', () => {
  it.each([
    ['a comment only where a token could begin (run)', 'env a#b; # c; d\n', '1 env a#b [simple]'],
    ['a comment that a carriage return does not end (run)', '#x\renv 5\nenv a;', '2 env a [simple]'],
    ['an escaped # as part of the token (run)', 'env \\#b;', '1 env \\#b [simple]'],
    ['quotes that open a token', `a "b c" 'd;{}#' "";`, '1 a "b c" "d;{}#" "" [simple]'],
    ['quotes in the middle as they are', `a b"c d"e;`, `1 a "b\\"c" "d\\"e" [simple]`],
    ['the other quote inside quotes', `a "it's" 'a "b"';`, `1 a it's "a \\"b\\"" [simple]`],
    ['a quoted name (run)', '"env" a;', '1 env a [simple]'],
    ['a line break in quotes (run)', "env 'a\nb';\nfoo;", '1 env "a\\nb" [simple]\n3 foo [simple]'],
    ['escaped quotes and backslashes', `a "\\"" '\\'' \\\\ \\"b;`, `1 a "\\"" ' \\ "\\"b" [simple]`],
    ['escaped control characters', 'a x\\ty "\\r\\n";', '1 a "x\\ty" "\\r\\n" [simple]'],
    [
      'other backslashes kept, protecting the next character (run)',
      'a b\\;c \\ d;',
      '1 a b\\;c "\\\\ d" [simple]',
    ],
    [
      'a line break behind a backslash as part of the value',
      'listen 8\\\n4;',
      '1 listen "8\\\\\\n4" [simple]',
    ],
    ['a brace behind $ as part of the token', 'a ${b}c d${e};', '1 a "${b}c" "d${e}" [simple]'],
    ['a brace behind a variable as a block (run)', 'a $b{c;}', '1 a $b [block]\n  1 c [simple]'],
    ['two braces behind $', 'a ${{b;', '1 a "${{b" [simple]'],
    ['a closing brace in the middle as part of the token (run)', 'env a}b;', '1 env "a}b" [simple]'],
    [
      'a bracket right behind a closing quote',
      'if ($a = "b") { c; }',
      '1 if ($a = b ) [block]\n  1 c [simple]',
    ],
    ['a closing bracket with more behind it (run)', 'env "a")b;', '1 env a )b [simple]'],
    [
      'an unknown value as part of a token',
      `listen ${unknown('$(f "x"; y)')}:80;`,
      '1 listen "⟨$(f \\"x\\"; y)⟩:80" [simple]',
    ],
  ])('reads %s', (_, text, expected) => {
    expect(tree(text)).toBe(expected);
  });

  it('keeps a byte order mark in the name, where it makes an unknown directive (run)', () => {
    expect(braces.parse('\u{FEFF}events {}', '/c').nodes[0]?.name).toBe('\u{FEFF}events');
  });

  it('accepts 4095 bytes in a token, with or without quotes, and no more (run)', () => {
    expect(braces.parse(`a ${'x'.repeat(4095)} "${'x'.repeat(4095)}";`, '/c').problems).toEqual([]);
    expect(braces.parse(`a ${'x'.repeat(4096)};`, '/c').problems[0]?.message).toContain('4095');
    expect(braces.parse(`a "${'é'.repeat(2048)}";`, '/c').problems[0]?.fatal).toBe(true);
  });
});

describe('braces: what the server refuses', () => {
  it.each([
    ['";" alone (run)', '; a;', '1 a [simple]\n! 1 unexpected ";"'],
    ['a block without a name (run)', '{ a; }', '1 "" [block]\n  1 a [simple]\n! 1 unexpected "{"'],
    ['"}" without a block (run)', 'a;\n}\nb;', '1 a [simple]\n3 b [simple]\n! 2 unexpected "}"'],
    [
      '"}" in a directive (run)',
      's {\nlisten 80\n}\nb;',
      '1 s [block]\n  2 listen 80 [simple]\n4 b [simple]\n! 3 unexpected "}": "listen" is not ended by ";"',
    ],
    [
      'text behind a closing quote (run)',
      'env "a"b;',
      '1 env a b [simple]\n! 1 unexpected "b" after a closing quote',
    ],
    [
      'an end in a directive (run)',
      'a;\nenv b',
      '1 a [simple]\n2 env b [simple]\n! 2 unexpected end of file, expecting ";" or "}"',
    ],
    [
      'an end in quotes (run)',
      'a;\nenv "b;',
      '1 a [simple]\n! 2 unexpected end of file, expecting the closing "',
    ],
    [
      'an end in a block (run)',
      'h {\n a;',
      '1 h [block]\n  2 a [simple]\n! 1 unexpected end of file, expecting "}" of "h"',
    ],
  ])('reports %s and reads on', (_, text, expected) => {
    expect(tree(text)).toBe(expected);
  });
});

describe('braces: Lua blocks', () => {
  it('takes the code as raw text and goes on behind it', () => {
    expect(tree('init_by_lua_block {\n local t = { a = {} }\n}\nlisten 80;')).toBe(
      '1 init_by_lua_block "\\n local t = { a = {} }\\n" [raw]\n4 listen 80 [simple]',
    );
  });

  it.each([
    ['strings', `x = "}" y = '}\\'}'`],
    ['comments', '-- it}s "here\n--[[ } \n ]] --[==[ ]] } ]==]'],
    ['long strings', 'x = [[ } ]] y = [=[ ]] } ]=] z = a[b[1]]'],
  ])('does not count the braces of %s', (_, code) => {
    expect(tree(`set_by_lua_block $x {${code}\n} a;`)).toContain(' a [simple]');
    expect(braces.parse(`set_by_lua_block $x {${code}\n}`, '/c').nodes[0]?.args).toEqual(['$x', `${code}\n`]);
  });

  it('reports code that never ends', () => {
    expect(tree('a;\nlog_by_lua_block { if x then {')).toContain('! 2 unexpected end of file');
  });
});

describe('braces: unknown values', () => {
  it('takes a line that is one unknown value as directives of which nothing is known', () => {
    expect(tree(`${unknown('$EXTRA; {')}\nhttp {}`)).toBe('1 "⟨$EXTRA; {⟩" [unknown]\n2 http [block] {}');
  });

  it('does not call a problem fatal that an unknown value may have made', () => {
    expect(braces.parse(`listen ${unknown('$PORT')}`, '/c').problems.map((problem) => problem.fatal)).toEqual(
      [false],
    );
  });
});

describe('braces: bounds', () => {
  it('skips what is nested too deep and reads on behind it', () => {
    const deep = 10_000;
    const { nodes, problems } = braces.parse(`${'a{b;'.repeat(deep)}${'}'.repeat(deep)}listen 80;`, '/c');
    expect(nodes.map((node) => node.name)).toEqual(['a', 'listen']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      fatal: false,
      message: `nested deeper than ${limits.configDepth} levels: not read`,
    });
  });
});
