import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeSamples } from '../../scripts/samples/main.ts';
import { temporaryFolder } from '../builders/image.ts';
import { berthwatch } from './terminal.ts';

/** What README.md shows is what the program prints. */

const root = join(import.meta.dirname, '../..');
const before = process.cwd();
const dir = temporaryFolder();
const shown = [
  ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```console\n\$ (.*)\n([\s\S]*?)^```/gm),
];

beforeAll(() => {
  mkdirSync(join(dir, '.cache'));
  makeSamples(join(root, 'scripts/samples'), join(dir, '.cache/samples'));
  process.chdir(dir);
});
afterAll(() => process.chdir(before));

it.each(shown.map(([, command = '', output = '']) => ({ command, output })))(
  '$command',
  async ({ command, output }) => {
    const [, words = ''] = /^node bin\/berthwatch\.js (.*)$/.exec(command) ?? [];
    const { out } = await berthwatch([...words.split(' '), '--no-cache']);
    expect(out).toBe(output);
  },
);

it('shows something', () => expect(shown).toHaveLength(2));
