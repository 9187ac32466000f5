import { describe, expect, it } from 'vitest';
import { show } from '../show.ts';
import { phpIni } from './php-ini.ts';

const tree = (text: string) => show(phpIni.parse(text, '/c.conf'));
const expanded = (raw: string) => phpIni.expand?.(raw, (name) => (name === 'PORT' ? '9000' : undefined)).args;

describe('php-ini', () => {
  it('keeps sections as lines, so that they go on behind included files', () => {
    expect(tree('a = 1\n[www] ; main\n\tlisten=9000\n["b c"]\nenv[PATH] = /bin')).toBe(
      [
        '1 a 1 [option]',
        '2 "[section]" www [heading]',
        '3 listen 9000 [option]',
        '4 "[section]" "b c" [heading]',
        '5 "env[PATH]" /bin [option]',
      ].join('\n'),
    );
  });

  it.each([
    ['a = 9000;b', '9000'],
    ['a = "b;c" ; d', 'b;c'],
    ["a = 'b' 'c'", 'b c'],
    ['a = "b" c', 'bc'],
    [String.raw`a = "b\"c\d"`, String.raw`b"c\d`],
    ['a = On', '1'],
    ['a = none', ''],
    ['a = "yes"', 'yes'],
    ['a =', ''],
  ])('reads the value of %j', (text, value) => {
    expect(phpIni.parse(text, '/c').nodes[0]?.args).toEqual([value]);
  });

  it.each([
    ['a = ${PORT}', '9000'],
    ['a = "x:${PORT}"', 'x:9000'],
    ['a = x${NONE}y', 'xy'],
    ["a = '${PORT}'", '${PORT}'],
  ])('replaces variables in %j', (raw, value) => expect(expanded(raw)).toEqual([value]));

  it.each(['a = b=c', 'a = (b)', 'a = "b', 'a = ${b', '[b', '  [b]'])('refuses %j', (text) => {
    expect(phpIni.parse(text, '/c').problems.map(({ fatal }) => fatal)).toEqual([true]);
  });

  it('takes what stands behind a heading as an option, and a name alone as no value', () => {
    expect(tree('[b] c\nd')).toBe('1 "[section]" b [heading]\n1 c [bare]\n2 d [bare]');
  });
});
