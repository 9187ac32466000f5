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

describe('sections: tags', () => {
  it('leaves them unpaired, names as written', () => {
    expect(tree('<VirtualHost *:80>\nA b\n<Directory "/a b">\n</DIRECTORY>\nC\n')).toBe(
      '1 VirtualHost *:80 [open]\n2 A b [directive]\n3 Directory "/a b" [open]\n4 DIRECTORY [close]\n5 C [directive]',
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
    ['a quoted name (run)', '"<IfDefine" X>', 'IfDefine X'],
  ])('reads arguments: %s', (_, text, expected) => {
    expect(tree(text)).toBe(`1 ${expected} [open]`);
  });

  it('gives the span and the text of the whole line', () => {
    const text = ' <VirtualHost *:80 \\\n"b"> \n</VirtualHost> # x';
    const { nodes } = sections.parse(text, '/c');
    expect(nodes.map(({ span }) => text.slice(...span))).toEqual([
      '<VirtualHost *:80 \\\n"b">',
      '</VirtualHost> # x',
    ]);
    expect(nodes.map(({ raw }) => raw)).toEqual(['<VirtualHost *:80 "b">', '</VirtualHost> # x']);
  });

  it.each([
    ['a missing ">" (run)', '<VirtualHost *:80', '<VirtualHost> directive missing closing ">"'],
    ['a blank in the closing line (run)', '</A >', '</A> directive missing closing ">"'],
    ['text glued to the closing line (run)', '</A>c', '</A>c> directive missing closing ">"'],
  ])('marks %s', (_, text, expected) => {
    const [node] = sections.parse(text, '/c').nodes;
    expect(node?.flaw).toBe(expected);
  });

  it('reads a line anew', () => {
    expect(sections.reread?.(`<IfDefine ${unknown('$X')}>`)).toEqual({
      name: 'IfDefine',
      args: [unknown('$X')],
      form: 'open',
    });
    expect(sections.reread?.('Listen> 80 https')).toEqual({
      name: 'Listen',
      args: ['80', 'https'],
      form: 'directive',
    });
  });
});
