import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../builders/image.ts';
import { berthwatch } from './terminal.ts';

/** The walk through a new pack in CONTRIBUTING.md, done as it is written there. */

const text = readFileSync(join(import.meta.dirname, '../../CONTRIBUTING.md'), 'utf8');
const before = process.cwd();
const dir = temporaryFolder();

type Step = { file: string; content: string } | { command: string; output: string };

/** In their order: files (a path, then a block of YAML) and commands with what they print. */
const steps = [
  ...text.matchAll(/^`([^`]+)`\n\n```yaml\n([\s\S]*?)^```|^```console\n([\s\S]*?)^```/gm),
].flatMap(([, file, content, console]): Step[] => {
  if (file !== undefined) return [{ file, content: content ?? '' }];
  return [...(console ?? '').matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(
    ([, command = '', output = '']) => ({
      command,
      output,
    }),
  );
});

beforeAll(() => process.chdir(dir));
afterAll(() => process.chdir(before));

describe('add an app in an hour', () => {
  it('has something to do', () => {
    expect(steps.filter((step) => 'file' in step)).toHaveLength(3);
    expect(steps.filter((step) => 'command' in step)).toHaveLength(4);
  });

  it('goes as it says', async () => {
    for (const step of steps) {
      if ('file' in step) {
        mkdirSync(dirname(join(dir, step.file)), { recursive: true });
        writeFileSync(join(dir, step.file), step.content);
        continue;
      }
      const [, words = ''] = /^node bin\/berthwatch\.js (.*)$/.exec(step.command) ?? [];
      const { out, err } = await berthwatch(words.split(' '));
      expect({ command: step.command, out, err }).toEqual({
        command: step.command,
        out: step.output,
        err: '',
      });
    }
  });
});
