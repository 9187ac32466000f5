import { describe, expect, it } from 'vitest';
import { type EvaluateOptions, evaluate } from '../../test-kit.ts';
import { execline } from './index.ts';
import { parseScript } from './parse.ts';

const binary = { text: '\x7fELF', mode: 0o755 };
const programs = Object.fromEntries(
  [...Object.keys(execline), 'server'].map((name) => [`/usr/bin/${name}`, binary]),
);

const run = (text: string, options: EvaluateOptions & { args?: string[] } = {}) => {
  const argv = ['execlineb', ...(options.args ?? ['-P']), '-c', text, 'a1', 'a2'];
  const env = { A: 'env1', B: 'x y', ...options.env };
  return evaluate(argv, { ...options, env, files: { ...programs, ...options.files } });
};
const printed = (words: string, args?: string[]) =>
  run(`${words.replace('SHOW', 'printf "[%s]"')}`, args ? { args } : {}).out;

describe('the words of a script', () => {
  it.each([
    ['a "b c" d\\ e "\\t\\x\\0x41"', ['a', 'b c', 'd e', '\txA']],
    ['if { a { b } "{" } c', ['if', ' a', '  b', ' ', ' {', '', 'c']],
    ['a # } b\nb#c', ['a', 'b#c']],
    ['a { b', undefined],
    ['a }', undefined],
    ['a "b', undefined],
  ])('%j', (text, words) => {
    expect(parseScript(text)).toEqual(words);
  });
});

// What execline 2.9.3 printed.
describe('substitution', () => {
  it.each([
    [
      'define A v SHOW $A $A/b a$A ${A}b $A$A "$A" \\$A \\\\$A a\\${A}',
      '[v][$A/b][av][vb][vv][v][v][$A][av]',
    ],
    ['define A v SHOW \\\\${A} \\\\\\\\${A}', '[${A}][\\v]'],
    ['define -s A " x  y " SHOW $A p${A}q', '[][x][][y][pq][pxq][pq][pyq]'],
    ['define -sCn A " x  y " SHOW $A', '[][x][y]'],
    ['importas -i A B SHOW $A', '[x y]'],
    ['importas -sn A B SHOW $A', '[x][y]'],
    ['importas A NONE SHOW $A x', '[x]'],
    ['importas -D d A NONE SHOW $A', '[d]'],
    ['export B "${A}" define A wrong importas C B SHOW $C', '[${A}]'],
    ['export B "${A}" importas C B define A late SHOW $C', '[late]'],
    ['multisubstitute { define X ${Y} importas -D d Y NO } SHOW $X $Y', '[${Y}][d]'],
    ['backtick V { echo "a b" } importas -i V V SHOW $V', '[a b]'],
    ['backtick -E V { echo "a b" } SHOW $V', '[a b]'],
    ['forx -E i { a b } SHOW $i', '[a][b]'],
    ['withstdinas V importas V V SHOW $V', '[]'],
    ['emptyenv importas -D none A A SHOW $A', '[none]'],
    ['unexport A importas -D none A A SHOW $A', '[none]'],
  ])('%s', (text, out) => {
    expect(printed(text)).toBe(out);
  });

  it.each([
    ['SHOW $1 $2 $@ $#', ['-S1'], '[a1][a2][a1][a2][2]'],
    ['SHOW $3 $@', ['-S3'], '[][a1][a2]'],
    ['elgetpositionals SHOW $1 $@', [], '[a1][a1][a2]'],
    ['SHOW $1', ['-P'], '[$1]'],
  ])('%s with %j', (text, args, out) => {
    expect(printed(text, args)).toBe(out);
  });
});

describe('control', () => {
  it.each([
    ['foreground { echo a } if { true } if -n { false } echo b', 'a\nb\n', 0],
    ['if { false } echo b', '', 1],
    ['if -x 5 { false } echo b', '', 5],
    ['if -t { false } echo b', '', 0],
    ['ifelse { false } { echo a } echo b', 'b\n', 0],
    ['ifthenelse { true } { echo a } { echo b } echo c', 'a\nc\n', 0],
    ['ifte { echo a } { echo b } false', 'b\n', 0],
    ['foreground { false } importas -i ? ? echo $?', '1\n', 0],
    ['pipeline { echo a } cat', 'a\n', 0],
    ['pipeline -w { cat } echo a', '', 0],
    ['case A { B { echo b } A { echo a } } echo none', 'a\n', 0],
    ['heredoc 0 "a\\n" cat', 'a\n', 0],
    ['redirfd -w 1 /tmp/x foreground { echo a } redirfd -a 1 /tmp/x echo b', '', 0],
    ['exit 3', '', 3],
    ['', '', 0],
    ['importas -i X NONE echo', '', 100],
  ])('%s', (text, out, status) => {
    const found = run(text);
    expect([found.out, found.status]).toEqual([out, status]);
  });

  it('writes files, starts programs beside and becomes one', () => {
    const text =
      'foreground { redirfd -w 1 /tmp/x echo a } background { server b } cd /tmp s6-setuidgid svc importas -i A A exec -c server $A';
    const { world, read } = run(text);
    expect(read('/tmp/x')).toBe('a\n');
    expect(world.launches.map(({ argv, cwd, user, env }) => [argv, cwd, user.name, env.A])).toEqual([
      [['server', 'b'], '/', 'root', 'env1'],
      [['server', 'env1'], '/tmp', 'svc', undefined],
    ]);
  });

  it('looks both ways where a status can’t be known', () => {
    const { world } = run('if { ask } server a', { files: { '/usr/bin/ask': binary } });
    expect([world.launches.map(({ argv }) => argv[1]), [...world.decisions.reasons]]).toEqual([
      ['a'],
      ['ask'],
    ]);
  });

  it('is bounded', () => {
    const copies = Array.from({ length: 9 }, (_, i) => `define -s k${i} "a b c d"`).join(' ');
    const keys = Array.from({ length: 9 }, (_, i) => `\${k${i}}`).join('');
    expect(run(`${copies} echo ${keys}`).out.length).toBeLessThan(2_000_000);
    expect(run('loopwhilex true').status).toBe(0);
    const doubled = Array.from({ length: 40 }, (_, i) => `define d${i + 1} \${d${i}}\${d${i}}`).join(' ');
    expect(run(`define d0 x ${doubled} echo \${d40}`).out.length).toBeLessThan(2_000_000);
  });
});
