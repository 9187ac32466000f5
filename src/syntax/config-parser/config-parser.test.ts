import { describe, expect, it } from 'vitest';
import { configParser } from './config-parser.ts';

const read = (text: string) => configParser.parse(text, '/etc/x.conf');
const options = (text: string) =>
  read(text).nodes.map(({ name, children = [] }) => [
    name,
    ...children.map((each) => [each.name, each.args[0], each.at.line]),
  ]);

describe('config-parser', () => {
  it('reads sections, either delimiter, comments behind blanks', () => {
    expect(
      options('[a] rest\nName = x;y ; note\nother: v # note\n; [b]\n  # c\nurl=http://h:1\n[a:b]\n'),
    ).toEqual([['a', ['name', 'x;y', 2], ['other', 'v', 3], ['url', 'http://h:1', 6]], ['a:b']]);
  });

  it('joins lines that are indented further than their option', () => {
    expect(options('[a]\n x = 1\n   2\n\n   3 ; c\n y=\n\t\t4\nz = 5\n')).toEqual([
      ['a', ['x', '1\n2\n\n3', 2], ['y', '\n4', 6], ['z', '5', 8]],
    ]);
  });

  it('takes an indented line that is no continuation for an option of its own', () => {
    expect(options('[a]\n  x=1\n  y=2\n[b]\n   z=3')).toEqual([
      ['a', ['x', '1', 2], ['y', '2', 3]],
      ['b', ['z', '3', 5]],
    ]);
  });

  it.each([
    ['x=1\n[a]\n', 1, 'a line before the first section'],
    ['[a]\nx=1\nword\n', 3, 'neither a section nor "name = value"'],
    ['[a]\n=1\n', 2, 'neither a section nor "name = value"'],
  ])('refuses %j', (text, line, message) => {
    expect(read(text).problems).toMatchObject([{ line, message, fatal: true }]);
  });
});
