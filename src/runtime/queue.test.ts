import { afterEach, expect, it, vi } from 'vitest';
import { Queue } from './queue.ts';

afterEach(() => void vi.useRealTimers());

/** Work that ends when it is told to. */
function manual() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (id: string) => {
    begun.push(id);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  return { begun, work, end: () => ends.shift()?.() };
}

it('a few at once, each by one at a time, and again what was added meanwhile', async () => {
  const { begun, work, end } = manual();
  const queue = new Queue(work, () => {});
  for (const id of ['a', 'a', 'a', 'b', 'c', 'd', 'e', 'e']) queue.add(id);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  const idle = queue.idle();
  end();
  await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'c', 'd', 'a']));
  for (let left = 6; left > 0; left--) {
    end();
    await Promise.resolve();
  }
  await vi.waitFor(() => expect(begun).toEqual(['a', 'b', 'c', 'd', 'a', 'e']));
  end();
  await idle;
});

it('what fails is tried again, and then given up', async () => {
  vi.useFakeTimers();
  const failed = vi.fn();
  const work = vi.fn(() => Promise.reject(new Error('no')));
  const queue = new Queue(work, failed);
  queue.add('a');
  await queue.idle();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(4);
  expect(failed.mock.calls).toEqual([['a', new Error('no')]]);
});

it('nothing is tried again after it was cleared', async () => {
  vi.useFakeTimers();
  const work = vi.fn(() => Promise.reject(new Error('no')));
  const queue = new Queue(work, () => {});
  queue.add('a');
  await queue.idle();
  queue.clear();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(1);
});
