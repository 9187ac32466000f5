import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { sections } from './sections.ts';

const tree = (text: string) => show(sections.parse(text, '/c.conf'));
const d = (text: string) => tree(text).replaceAll(' [directive]', '');

// Marked "run": the same text was given to `apache2 -t -DDUMP_CONFIG` of 2.4.71.
describe('sections: directives', () => {
  it.each([
    ['one directive a line, its name as written', 'Listen 80\nLISTEN 81\n', '1 Listen 80\n2 LISTEN 81'],
    ['blank and comment lines, comments after blanks too (run)', '\n  # x\n\t#SetEnv\nA b', '4 A b'],
    ['# behind the first word as an argument (run)', 'SetEnv A # x', '1 SetEnv A # x'],
    ['quoted arguments', `A "b c" 'd e' ""`, '1 A "b c" "d e" ""'],
    ['text right behind a closing quote as the next argument (run)', 'SetEnv A "b"c', '1 SetEnv A b c'],
    ['quotes in the middle of a word as they are (run)', 'SetEnv A b"c d"', '1 SetEnv A "b\\"c" "d\\""'],
    ['a missing closing quote as none (run)', 'SetEnv A "b c\nX y', '1 SetEnv A "b c"\n2 X y'],
    ['a quoted name (run)', '"SetEnv" A', '1 SetEnv A'],
    ['escapes in quotes', `A "b\\"c\\\\d\\'e\\n"`, `1 A "b\\"c\\\\d\\\\'e\\\\n"`],
    ['escapes outside quotes: only the backslash itself', `A b\\\\c\\"d\\x`, '1 A "b\\\\c\\\\\\"d\\\\x"'],
    ['form feed and vertical tab as blanks (run)', 'SetEnv A b\v\fC', '1 SetEnv A b C'],
    ['CRLF line ends', 'Listen 80\r\nA b\r\n', '1 Listen 80\n2 A b'],
    ['${NAME} as it is', 'Listen ${PORT}', '1 Listen "${PORT}"'],
    [
      'an unknown value as part of a word',
      `Listen ${unknown('$(a "b" c)')}:80`,
      '1 Listen "⟨$(a \\"b\\" c)⟩:80"',
    ],
  ])('reads %s', (_, text, expected) => {
    expect(d(text)).toBe(expected);
  });

  it('keeps a byte order mark in the name, where it makes an invalid command (run)', () => {
    expect(sections.parse('\u{FEFF}Listen 80', '/c').nodes[0]?.name).toBe('\u{FEFF}Listen');
  });
});

describe('sections: continued lines', () => {
  it.each([
    ['between words and in CRLF files (run)', 'SetEnv \\\n   A \\\r\n b\nX y', '1 SetEnv A b\n4 X y'],
    ['in the middle of a word (run)', 'Set\\\nEnv A b\n', '1 SetEnv A b'],
    [
      'in a comment, which swallows the next line (run)',
      '# comment \\\nSetEnv A b\nSetEnv B c\n',
      '3 SetEnv B c',
    ],
    ['behind another backslash (run)', 'SetEnv A b\\\\\nC\nX', '1 SetEnv A b\\C\n3 X'],
    [
      'but not with a blank behind the backslash (run)',
      'SetEnv A b\\ \nSetEnv B c',
      '1 SetEnv A b\\\n2 SetEnv B c',
    ],
    ['but not at the end of the file (run)', 'SetEnv A b\\', '1 SetEnv A b\\'],
    ['with an empty line, which ends it (run)', 'SetEnv A b\\\n\nSetEnv C d', '1 SetEnv A b\n3 SetEnv C d'],
    ['from an empty line (run)', '\\\nSetEnv A b', '2 SetEnv A b'],
    ['with a comment line, which is no comment then (run)', 'SetEnv A \\\n# c', '1 SetEnv A # c'],
  ])('joins %s', (_, text, expected) => {
    expect(d(text).replaceAll('\\\\', '\\').replaceAll('"', '')).toBe(expected);
  });

  it('gives spans in the file, over the continuation', () => {
    const text = 'X\nSet\\\nEnv A \\\n b\\\n\nY';
    const span = sections.parse(text, '/c').nodes[1]?.span ?? [0, 0];
    expect(text.slice(...span)).toBe('Set\\\nEnv A \\\n b');
  });
});

describe('sections: sections', () => {
  it('reads nested sections, the closing name in any case (run)', () => {
    expect(tree('<VirtualHost *:80>\nA b\n<Directory "/a b">\nC\n</DIRECTORY>\n</virtualhost>\nD\n')).toBe(
      '1 VirtualHost *:80 [section]\n  2 A b [directive]\n  3 Directory "/a b" [section]\n    4 C [directive]\n7 D [directive]',
    );
  });

  it.each([
    ['several arguments', '<IfVersion >= 2.4>', 'IfVersion >= 2.4'],
    ['none (run)', '<RequireAll>', 'RequireAll'],
    ['none and no ">" (run)', '<RequireAll', 'RequireAll'],
    ['a blank before ">" (run)', '<VirtualHost *:80 >', 'VirtualHost *:80'],
    ['text behind ">" (run)', '<VirtualHost *:80> junk', 'VirtualHost *:80'],
    ['">" in an argument (run)', '<Directory "/a>b">', 'Directory /a>b'],
    ['">" doubled (run)', '<VirtualHost *:80>>', 'VirtualHost *:80>'],
    ['">" behind the name and again (run)', '<VirtualHost> *:80>', 'VirtualHost *:80'],
  ])('reads arguments: %s', (_, text, expected) => {
    const name = expected.split(' ')[0];
    expect(tree(`${text}\n</${name}> rest\n`)).toBe(`1 ${expected} [section] {}`);
  });

  it('gives the span from the name to the last argument', () => {
    const text = ' <VirtualHost *:80 "b">\n</VirtualHost>\n<RequireAll>\n</RequireAll>';
    const spans = sections.parse(text, '/c').nodes.map((node) => text.slice(...node.span));
    expect(spans).toEqual(['VirtualHost *:80 "b"', 'RequireAll']);
  });

  it.each([
    [
      'a missing ">" (run)',
      '<VirtualHost *:80\nA\n</VirtualHost>',
      '1 <VirtualHost> directive missing closing ">"',
    ],
    ['a blank in the closing line (run)', '<A b>\n</A >\nC', '2 </A> directive missing closing ">"'],
    ['text glued to the closing line (run)', '<A b>\n</A>c\nC', '2 </A>c> directive missing closing ">"'],
    ['another closing name (run)', '<A b>\n</C>\nD', '2 expected </A> but saw </C>'],
    ['a closing line too many (run)', '</A>\nB', '1 </A> without matching <A> section'],
    ['an unclosed section (run)', 'A\n<B c>\nD\n', '2 <B> was not closed'],
    ['a section of one line (run)', '<A b> C d </A>', '1 <A> was not closed'],
    ['a blank behind "<" (run)', '< A b>\n</A>', '2 expected </> but saw </A>'],
  ])('refuses %s', (_, text, expected) => {
    const { problems } = sections.parse(text, '/c');
    expect(problems.map((problem) => problem.fatal)).toEqual([true]);
    expect(`${problems[0]?.line} ${problems[0]?.message}`).toBe(expected);
  });

  it('reads on behind a wrong closing line', () => {
    expect(d('<A b>\n</C>\nD e')).toBe('1 A b [section] {}\n3 D e\n! 2 expected </A> but saw </C>');
  });
});
