import { describe, expect, it } from 'vitest';
import { isPerlRegex } from './perl-regex.ts';

/** What `grep -P` of PCRE2 10.42 said of each. */
const good = String.raw`a a*+ a*? (?=a)* (*ACCEPT) {,2} a{,2} a{ ] []a] [^]] []-a] [[:alpha:]] [[:^alpha:]] [a-b-c] [--a]
[a\w-] [\w.-a] [a-z-9] [\x30-9] [\b-a] [a[:foo]b] \N \12 (a)\1 (?<a>x)\k<a> (?P<a>x) (?<=a|bc) (?R) (?|a|b) (?(1)a|b)(a)
\x{41} \p{Lu} \pL \Qa( a\Q*\E (?^i:a) x{1,2}+ \o{7} (?>a) (?C1) (?:)* ()* \e\f\a \R\X\C (?-i)a (?s-m:a) (*UTF8)a \h\H\v\V
\xg \- |a a||b (^)* .{0,} \d{ (?'n'a)\k'n' (?(?=a)b|c) (?#(a) (?imsxn)a (?U)a (?|(?<n>a)|(?<n>b)) \s++ ^/(a|b)/.*\.php$
^(?!/api)(?<rest>.+)$ [\w\-.]+@[\w.-]+ (?i)\.(jpe?g|png)$`;
const bad = String.raw`a** a*?+ a{2}{3} a+* ^* $* \b+ (?i)* a|* (*) {2} a{2,1} a{65536} ) ( [ [] [^] [z-a] [\w-a] [a-\w] [\w-.]
[[:foo:]] [[.a.]] [[=a=]] [a-[:digit:]] [a-\-] [a \ \y \i \u \L [\N] \1 (a)\2 \g \k \8 \o \o{9} \c \x{zz} \p \p{ (?z) (?i
(?#abc (?<a>x)(?<a>y) (?P<1>x) (?<>x) (?<ab (?P (?:a *a ?a +a a|+b \A* (`;

describe('Perl-compatible regular expressions', () => {
  it.each(good.split(/\s+/))('takes %s', (text) => {
    expect(isPerlRegex(text)).toBe(true);
  });

  it.each(bad.split(/\s+/))('refuses %s', (text) => {
    expect(isPerlRegex(text)).toBe(false);
  });

  it('looks at each character once', () => {
    const started = performance.now();
    for (const part of ['(', '[a', '\\Q', '(?<a>', '(?#', '[[:', 'a{1,']) isPerlRegex(part.repeat(50_000));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
