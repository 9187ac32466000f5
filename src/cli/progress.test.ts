import { expect, it } from 'vitest';
import { ProgressLine } from './progress.ts';

function line(options: { isTerminal?: boolean; isQuiet?: boolean } = {}) {
  const written: string[] = [];
  const clock = { now: 0 };
  const output = {
    write: (text: string) => void written.push(text),
    isTerminal: options.isTerminal ?? true,
    columns: 40,
  };
  return { written, clock, progress: new ProgressLine(output, options.isQuiet === true, () => clock.now) };
}
const step = { phase: 'unpack' as const, what: 'layer 2 of 5\x1b[2J', bytes: 30_000_000, total: 120_000_000 };

it('appears only when it takes long, changes at a bearable rate, fits, and is taken away', () => {
  const { written, clock, progress } = line();
  progress.show(step);
  progress.clear();
  expect(written).toEqual([]);
  clock.now = 500;
  progress.show(step);
  progress.show(step);
  expect(written).toEqual(['\runpacking layer 2 of 5\\x1b[2J  30 of 1…\x1b[K']);
  progress.clear();
  progress.clear();
  expect(written.slice(1)).toEqual(['\r\x1b[K']);
});

it('is silent where there is no terminal, or where it is asked to be', () => {
  for (const options of [{ isTerminal: false }, { isQuiet: true }]) {
    const { written, clock, progress } = line(options);
    clock.now = 10_000;
    progress.show(step);
    expect(progress.isShown).toBe(false);
    expect(written).toEqual([]);
  }
});
