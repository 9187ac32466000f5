import { describe, expect, it } from 'vitest';
import { unknown } from '../../model/unknown.ts';
import { show } from '../show.ts';
import { ini, iniHash, iniSyntax } from './ini.ts';

const tree = (text: string) => show(ini.parse(text, '/c.ini'));

describe('ini', () => {
  it('reads names and values, with or without blanks around', () => {
    expect(tree('port = 27018\n\tbind_ip=127.0.0.1,::1 \r\n empty =\n')).toBe(
      '1 port 27018\n2 bind_ip 127.0.0.1,::1\n3 empty ""',
    );
  });

  it('makes a block of each section, also of one that comes again', () => {
    expect(tree('a=1\n[one]\nb=2\n [two three] \n[one]\nc=3')).toBe(
      '1 a 1\n2 one [section]\n  3 b 2\n4 "two three" [section] {}\n5 one [section]\n  6 c 3',
    );
  });

  it('takes # and ; as comments at the start of a line only', () => {
    expect(tree('# a=1\n  ; b=2\nc = 3 # d ; e')).toBe('3 c "3 # d ; e"');
  });

  it('divides at the first =', () => {
    expect(tree('a = b = c')).toBe('1 a "b = c"');
  });

  it('refuses any other line and reads on', () => {
    expect(tree('a\n[b\nc=1')).toBe(
      '3 c 1\n! 1 neither a section, a comment nor "name = value"\n! 2 neither a section, a comment nor "name = value"',
    );
  });

  it('takes unknown values as text', () => {
    expect(tree(`a = ${unknown('$(x=1 # ;)')}\n${unknown('$Y')}`)).toBe(
      '1 a "⟨$(x=1 # ;)⟩"\n2 ⟨$Y⟩ [unknown]',
    );
  });

  it('gives the span from the name to the value', () => {
    const text = '\n  a  =  b c  \n[s t]';
    const spans = ini.parse(text, '/c').nodes.map((node) => text.slice(...node.span));
    expect(spans).toEqual(['a  =  b c', 's t']);
  });
});

describe('ini: variants', () => {
  it('takes # as a comment anywhere', () => {
    const text = 'port = 1 # c\npath = a#b\n[s] # c\n#d\n; e = 1';
    expect(show(iniHash.parse(text, '/c'))).toBe('1 port 1\n2 path a\n3 s [section]\n  5 "; e" 1');
  });

  it('takes keys without a value', () => {
    expect(show(iniSyntax('x', { commentLines: '#', bareKeys: true }).parse('a b\nc=1', '/c'))).toBe(
      '1 "a b" [bare]\n2 c 1',
    );
  });
});
