import { describe, expect, it } from 'vitest';
import type { Launch } from '../../../model/launch.ts';
import { memoryRootfs } from '../../../rootfs/memory.ts';
import { java } from './java.ts';

const files = {
  '/jdk/bin/java': '',
  '/jdk/release': 'IMPLEMENTOR="x"\nJAVA_VERSION="17.0.15"\n',
  '/work/options': '# c\n-Dp=1 "-Dq=a b"\\\n-cp\n/lib\n',
  '/work/all': 'Main x @options\n',
};

function read(argv: string[], env: Record<string, string> = {}) {
  const launch: Launch = {
    exe: '/jdk/bin/java',
    realExe: '/jdk/bin/java',
    argv: ['java', ...argv],
    env,
    cwd: '/work',
    user: { name: 'root', uid: 0 },
    via: [],
    certainty: 'certain',
  };
  return java.read(launch, memoryRootfs(files));
}
const property = (name: string, argv: string[], env?: Record<string, string>) =>
  read([...argv, 'Main'], env)?.properties.get(name)?.value;

// What is marked "run" was seen of OpenJDK 17.
describe('java: what it runs', () => {
  it.each([
    ['a class', ['-cp', 'a:b', '-Xmx1g', 'a.Main', '-x', 'y'], ['a.Main'], ['a.Main', '-x', 'y']],
    ['a class with slashes', ['a/Main'], ['a.Main'], ['a/Main']],
    [
      'an archive, and options between it and its option (run)',
      ['-jar', '-Dx=1', '/a/b.jar', 'c'],
      ['b.jar'],
      ['/a/b.jar', 'c'],
    ],
    [
      'a module',
      ['-p', 'mods', '-m', 'a.b/c.Main', '-d'],
      ['a.b/c.Main', 'a.b', 'c.Main'],
      ['a.b/c.Main', '-d'],
    ],
    ['a module behind =', ['--module=a.b', 'x'], ['a.b', 'a.b'], ['a.b', 'x']],
    ['a class and arguments in a file (run)', ['@all', '-y'], ['Main'], ['Main', 'x', '@options', '-y']],
    ['a class whose arguments begin like files (run)', ['Main', '@options'], ['Main'], ['Main', '@options']],
    ['an option that is an escaped name of a file', ['-cp', '@@x', 'Main'], ['Main'], ['Main']],
  ])('reads %s', (_, argv, mains, own) => {
    const found = read(argv);
    expect(found?.mains).toEqual(mains);
    expect(found?.argv).toEqual(own);
  });

  it.each([[['-version']], [['--list-modules', 'Main']], [['-Xmx1g']], [[]]])(
    'runs nothing for %j',
    (argv) => {
      expect(read(argv)).toBeUndefined();
    },
  );
});

describe('java: options', () => {
  it('takes the last of those that say the same', () => {
    expect(property('p', ['-Dp=1', '-Dp=2=3'])).toBe('2=3');
    expect(property('p', ['-Dp'])).toBe('');
  });

  it('takes those of variables: weakest JAVA_TOOL_OPTIONS, then JDK_JAVA_OPTIONS, strongest _JAVA_OPTIONS (run)', () => {
    const env = {
      JAVA_TOOL_OPTIONS: '-Da=1 -Db=1 -Dc=1 -Dd=1',
      JDK_JAVA_OPTIONS: '-Db=2 -Dc=2',
      _JAVA_OPTIONS: '-Dd=4',
    };
    const found = ['a', 'b', 'c', 'd'].map((name) => property(name, ['-Dc=3', '-Dd=3'], env));
    expect(found).toEqual(['1', '2', '3', '4']);
  });

  it('undoes quotes in variables, of either kind and anywhere in a word (run)', () => {
    const env = { JDK_JAVA_OPTIONS: `"-Dp=a b"c -Dq="x\\"y '-Dr=a "b'` };
    expect(['p', 'q', 'r'].map((name) => property(name, [], env))).toEqual(['a bc', 'x\\y', 'a "b']);
  });

  it('says where each came from', () => {
    const found = read(['-Dp=1', '@options', 'Main'], { JAVA_TOOL_OPTIONS: '-Dt=1' });
    expect(['p', 'q', 't', 'user.dir'].map((name) => found?.properties.get(name)?.evidence)).toEqual([
      { kind: 'config', path: '/work/options', line: 2, text: '-Dp=1 "-Dq=a b"\\' },
      { kind: 'config', path: '/work/options', line: 2, text: '-Dp=1 "-Dq=a b"\\' },
      { kind: 'environment', text: 'JAVA_TOOL_OPTIONS=-Dt=1' },
      undefined,
    ]);
    expect(found?.options.map(({ value }) => value)).toContain('-cp /lib');
  });

  it('knows what the machine sets by itself', () => {
    expect(property('java.version', [])).toBe('17.0.15');
    expect(property('java.specification.version', [])).toBe('17');
    expect(property('java.home', [])).toBe('/jdk');
    expect(property('user.dir', [])).toBe('/work');
  });

  it.each([
    ['a file that is not there', ['@none', 'Main'], {}, 'its file of arguments /work/none is missing'],
    [
      'a variable that names a class (run)',
      ['x'],
      { JDK_JAVA_OPTIONS: '-Dp=1 Main' },
      'JDK_JAVA_OPTIONS may not name what is to be run: Main',
    ],
    [
      'a quote that nothing closes',
      ['Main'],
      { JDK_JAVA_OPTIONS: '"-Dp=1' },
      'unmatched quote in JDK_JAVA_OPTIONS',
    ],
  ])('complains of %s', (_, argv, env, problem) => {
    expect(read(argv, env as Record<string, string>)?.problems).toContain(problem);
  });

  it('reads no files where that is switched off (run)', () => {
    expect(read(['--disable-@files', '@options'])?.argv).toEqual(['@options']);
  });
});
