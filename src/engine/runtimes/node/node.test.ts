import { describe, expect, it } from 'vitest';
import type { Launch } from '../../../model/launch.ts';
import { memoryRootfs } from '../../../rootfs/memory.ts';
import { node } from './node.ts';
import { splitNodeOptions } from './node-options.ts';

const launch: Launch = {
  exe: '/usr/bin/node',
  realExe: '/usr/bin/node',
  argv: [],
  env: {},
  cwd: '/app',
  user: { name: 'root', uid: 0 },
  via: [],
  certainty: 'certain',
};
const read = (argv: string[], env: Record<string, string> = {}) =>
  node.read({ ...launch, argv, env }, memoryRootfs({}));

describe('the command line of node', () => {
  it('is options, a script and its arguments', () => {
    const found = read(['node', '--no-warnings', 'bin/../src/cli', '--inspect']);
    expect(found?.mains).toEqual(['/app/src/cli']);
    expect(found?.argv).toEqual(['bin/../src/cli', '--inspect']);
    expect(found?.options.map(({ value }) => value)).toEqual(['--no-warnings']);
  });

  it('joins an option with its value', () => {
    const found = read(['node', '-r', './setup.js', '--', 'main.js']);
    expect(found?.mains).toEqual(['/app/main.js']);
    expect(found?.options.map(({ value }) => value)).toEqual(['-r=./setup.js']);
  });

  it('begins with NODE_OPTIONS', () => {
    const found = read(['node', '--inspect=1', 'x.js'], { NODE_OPTIONS: '--inspect-port 0.0.0.0:9230' });
    expect(found?.options.map(({ value, evidence }) => [value, evidence.kind])).toEqual([
      ['--inspect-port=0.0.0.0:9230', 'environment'],
      ['--inspect=1', 'argument'],
    ]);
  });

  it.each([[['node']], [['node', '-e', 'listen()']], [['node', '--version', 'x.js']], [['node', '-']]])(
    '%j runs no script of a file',
    (argv) => {
      expect(read(argv)).toBeUndefined();
    },
  );

  it('an open quote in NODE_OPTIONS keeps it from starting', () => {
    expect(read(['node', 'x.js'], { NODE_OPTIONS: '"--x' })?.problems).toHaveLength(1);
  });
});

describe('NODE_OPTIONS', () => {
  it.each([
    ['a  b', ['a', 'b']],
    ['--x="a b" c', ['--x=a b', 'c']],
    [String.raw`"a\"b\\" c`, [String.raw`a"b\ `.trim(), 'c']],
    ['"open', undefined],
  ])('%s', (text, words) => {
    expect(splitNodeOptions(text)).toEqual(words);
  });
});
