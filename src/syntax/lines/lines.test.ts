import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { lines } from './lines.ts';

const tree = (text: string) => show(lines.parse(text, '/c.conf'));

// Marked "run": the same text was given to redis-server 7.0.15.
describe('lines', () => {
  it.each([
    [
      'one directive a line, its name as written',
      'port 6400\nBIND 127.0.0.1 ::1\n',
      '1 port 6400\n2 BIND 127.0.0.1 ::1',
    ],
    ['blank lines, comments behind blanks and CRLF (run)', '\r\n \t# c "\r\n\tport 6400\r\n', '3 port 6400'],
    ['# behind the first word as an argument (run)', 'port 6400 # x', '1 port 6400 # x'],
    ['quotes of both kinds, also around names (run)', `"port" '64 00' ""`, '1 port "64 00" ""'],
    ['quotes that open in a word (run)', 'po"rt" 64"0 0"', '1 port "640 0"'],
    [
      'escapes in double quotes',
      'a "\\n\\r\\t\\b\\a\\"\\\\\\q\\x41\\xZ"',
      `1 a ${JSON.stringify('\n\r\t\b\x07"\\qAxZ')}`,
    ],
    ['bytes as UTF-8', 'a "\\xe2\\x82\\xac \\xff"', '1 a "€ \u{FFFD}"'],
    ['only the escaped quote in single quotes', "a 'b\\'c\\n\\\\ '", `1 a ${JSON.stringify("b'c\\n\\\\ ")}`],
    ['backslashes outside quotes as they are (run)', 'port 64\\00\\', '1 port 64\\00\\'],
    ['a vertical tab in a word as part of it (run)', 'port\v6400', '1 "port\\u000b6400"'],
    ['a vertical tab behind quotes as a blank (run)', 'port "6400"\vx', '1 port 6400 x'],
    ['a line of other white space as none (run)', '\v\nport 6400', '2 port 6400'],
    ['an unknown value as part of a word', `bind ${unknown("$(it's #1)")} ::1`, `1 bind "⟨$(it's #1)⟩" ::1`],
  ])('reads %s', (_, text, expected) => {
    expect(tree(text)).toBe(expected);
  });

  it.each([
    ['an open quote (run)', 'port "6400'],
    ['an open quote with an escaped one', `a 'b\\'`],
    ['text right behind a closing quote (run)', `port '64'00`],
  ])('refuses %s and reads on', (_, text) => {
    expect(tree(`${text}\nbind ::1`)).toBe('2 bind ::1\n! 1 unbalanced quotes');
  });

  it('keeps a byte order mark in the name, where it makes a bad directive (run)', () => {
    expect(lines.parse('\u{FEFF}port 1', '/c').nodes[0]?.name).toBe('\u{FEFF}port');
  });

  it('gives the span from the name to the last argument', () => {
    const text = '\n  save "a b"  \r\n';
    expect(text.slice(...(lines.parse(text, '/c').nodes[0]?.span ?? [0, 0]))).toBe('save "a b"');
  });
});
