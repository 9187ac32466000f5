import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryFile } from '../rootfs/memory.ts';
import { memoryRootfs } from '../rootfs/memory.ts';
import { findLaunches } from './launches.ts';
import { system } from './test-kit.ts';

const base = system();

function run(text: string, files: Record<string, MemoryFile> = {}) {
  const rootfs = memoryRootfs({ ...base, '/e': { text, mode: 0o755 }, ...files });
  const oracle = { fate: () => 'unknown' as const, becomes: () => undefined };
  return findLaunches(
    { entrypoint: ['/e'], cmd: [], env: { A: 'b c' }, cwd: '/', user: '' },
    rootfs,
    oracle,
    { ipv6: true },
  );
}

const bash = (body: string) => run(`#!/bin/bash\n${body}\n`);

describe('scripts that would run for ever', () => {
  it.each([
    'while :; do i=$((i+1)); done',
    'f() { f; }; f',
    'f() { f | f; }; f',
    'f() { x=$(f); }; f',
    'while :; do x="$x$x-"; done',
    'while :; do echo "$x" >> /tmp/f; x=$x.; done',
    'i=0; while :; do i=$((i+1)); touch /tmp/$i; done',
    'i=0; while :; do server $i & i=$((i+1)); done',
    'a=(); while :; do a+=(x "${a[@]}"); done',
    'for a in {1..99999}; do for b in {1..99999}; do :; done; done',
    'echo {1..9}{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}',
    'exec "$0" "$@"',
    '"$0"',
    '. "$0"',
    'eval "$(cat "$0")"',
    'set -- $(seq 1 9999); while :; do set -- "$@" "$@"; done',
    'printf "%0999999999d" 1; printf "%*d" 999999999 1',
    'yes | sort | uniq -c',
    'awk "BEGIN { while (1) i++ }"',
    'awk "BEGIN { while (1) s = s s \\"x\\" }"',
    'echo x | sed ":a;s/x/xx/;ba"',
    'echo x | sed ":a;ba"',
    'echo $((2**99999999)) $((9**9**9)) $((1<<99999))',
    'x=y; y=x; echo $((x))',
    'declare -n a=b; declare -n b=a; a=1; echo $a',
    'x=$(printf "%05000d" 0); [[ $x =~ (0*)*1 ]]; case $x in *0*0*0*0*0*1) ;; esac; echo ${x##*0*0*0*0*1} ${x//0*0*0*1/}',
    'mkdir -p /tmp/$(printf "a/%.0s" $(seq 1 3000))',
    'ln -s /tmp/a /tmp/b; ln -s /tmp/b /tmp/a; cat /tmp/a; cp -r / /tmp/all; find / -exec cat {} +',
    'cp -r /usr /tmp/1; cp -r /tmp /usr/2; cp -r /usr /tmp/3; cp -r /tmp /usr/4; cp -r /usr /tmp/5',
    'while curl -s x; do while curl -s y; do while read a; do if nc -z b; then c=$a.$c; fi; done < <(curl z); done; done',
  ])(
    '%s',
    (body) => {
      const { launches, findings } = bash(body);
      expect(launches.length).toBeLessThan(300);
      expect(findings.length).toBeLessThan(250);
    },
    20_000,
  );
});

describe('scripts that are not meant to be read', () => {
  it.each([
    ['deep substitutions', '$('.repeat(20_000)],
    ['deep quotes', '"$('.repeat(20_000)],
    ['deep groups', '{ '.repeat(20_000)],
    ['deep arithmetic', 'echo $(('.repeat(5_000)],
    ['long arithmetic', `echo $((${'1+'.repeat(40_000)}1))`],
    ['many brackets in arithmetic', `echo $((${'('.repeat(49)}1${')'.repeat(49)}))`],
    ['deep parameter expansions', '${a:-'.repeat(10_000)],
    ['deep braces', `echo ${'{a,'.repeat(49)}b${'}'.repeat(49)}`],
    ['many functions', 'f() '.repeat(20_000)],
    ['many here-documents', 'cat <<A '.repeat(20_000)],
    ['a long line', `echo ${'a '.repeat(100_000)}`],
    ['a long word', `echo ${'a'.repeat(250_000)}`],
    ['a long pipeline', `echo a ${'| cat '.repeat(20_000)}`],
    ['a long list', 'true && '.repeat(20_000)],
    ['negations', '! '.repeat(20_000)],
    ['a long case', `case x in ${'a) ;; '.repeat(20_000)} esac`],
    ['many ifs', 'if true; then '.repeat(5_000)],
    ['a long test', `[ ${'( '.repeat(5_000)} ]`],
    ['a long regular expression', `[[ a =~ ${'(a|'.repeat(40)}b${')'.repeat(40)} ]]`],
    ['too long a script', `echo ${'a'.repeat(400_000)}`],
    [
      'binary rubbish',
      Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251)).toString('latin1'),
    ],
    [
      'unknown markers',
      `echo "\u{E000}x\u{E001}" \u{E000} \u{E001}; x=\u{E001}\u{E000}; case $x in a) ;; esac`,
    ],
  ])(
    '%s',
    (_, body) => {
      expect(bash(body).launches.length).toBeLessThan(10);
    },
    20_000,
  );
});

const words = fc.constantFrom(
  'echo',
  'cat',
  'server',
  'x=1',
  'y=$x',
  '"$x"',
  '$(',
  ')',
  '`',
  '"',
  "'",
  '{',
  '}',
  '(',
  '((',
  '))',
  '[[',
  ']]',
  '[',
  ']',
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'for',
  'in',
  'do',
  'done',
  'while',
  'until',
  'case',
  'esac',
  ';;',
  ';',
  '&',
  '&&',
  '||',
  '|',
  '!',
  '<',
  '>',
  '>>',
  '<<E',
  'E',
  '\n',
  'f()',
  'f',
  'return',
  'exit',
  'break',
  'continue',
  'shift',
  'set',
  '-e',
  '--',
  '-',
  'eval',
  '.',
  '/e',
  'exec',
  'local',
  'declare',
  '-A',
  'a=(1 2)',
  '${a[@]}',
  '${x:-y}',
  '${x#*a}',
  '${x//a/b}',
  '${!x}',
  '$((',
  '1+1',
  '~',
  '*',
  '?',
  'read',
  'trap',
  'wait',
  'test',
  'sed',
  's/a/b/',
  'awk',
  '{print}',
  'grep',
  'find',
  'curl',
  'unset',
  'export',
  'printf',
  '%s',
  '$@',
  '$#',
  '<<<',
  '<(',
);

describe('random scripts', () => {
  it('never throw', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 40 }), (parts) => {
        const { launches } = bash(parts.join(' '));
        expect(Array.isArray(launches)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('never throw on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(Array.isArray(run(`#!/bin/sh\n${text}`).launches)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('never throw in tools', () => {
    const tool = fc.constantFrom(
      'sed',
      'awk',
      'grep',
      'find',
      'tr',
      'cut',
      'sort',
      'printf',
      'jq',
      'yq',
      'expr',
      'test',
      'xargs',
      'head',
      'cp',
      'chmod',
      'env',
      'sudo',
      'su',
      'flock',
      'seq',
      'ln',
      'install',
      'date',
    );
    const argument = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        '-n',
        '-e',
        '-i',
        '-f',
        '--',
        '/e',
        '/etc/passwd',
        '-exec',
        ';',
        '{}',
        '1',
        '-1',
        '{',
        '}',
        '.a',
        's/\\(/x/',
        '[',
        '[[:x:]]',
        '\\',
      ),
    );
    fc.assert(
      fc.property(tool, fc.array(argument, { maxLength: 6 }), (name, args) => {
        const quoted = args.map((arg) => `'${arg.replaceAll("'", "'\\''").replaceAll('\0', '')}'`).join(' ');
        expect(
          Array.isArray(bash(`echo 'a b' | ${name} ${quoted}; ${name} ${quoted} < /etc/passwd`).launches),
        ).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
