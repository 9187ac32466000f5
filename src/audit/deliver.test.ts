import { expect, it, onTestFinished } from 'vitest';
import type { Audit } from '../model/audit.ts';
import { Delivery } from './deliver.ts';
import { DeliveryError, type Sink } from './sinks/sink.ts';
import { openSpool } from './spool/spool.ts';
import { problemList, until } from './testing/problem-list.ts';
import { sampleAudit } from './testing/sample-audit.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

/** A spool with audits, and what a receiver got of them. */
async function delivering(ids: string[], deliver: (batch: readonly Audit[], got: string[]) => void) {
  const problems = problemList();
  const got: string[] = [];
  const spool = await openSpool({ dir: temporaryFolder(), sinks: ['out'] }, problems.add);
  await Promise.all(ids.map((id) => spool.record(sampleAudit(id))));
  const sink: Sink = { name: 'out', deliver: async (batch) => deliver(batch, got) };
  const cursor = spool.cursors[0]!;
  const delivery = new Delivery(spool, sink, cursor, { firstMs: 2, longestMs: 8, refusals: 3 }, problems.add);
  onTestFinished(async () => {
    await delivery.close(0);
    await spool.close();
  });
  return { spool, got, delivery, problems };
}

const take = (batch: readonly Audit[], got: string[]) => void got.push(...batch.map(({ id }) => id));

it('what is there and what comes, in order', async () => {
  const { spool, got, delivery } = await delivering(['a', 'b'], take);
  await until(() => got.length === 2);
  await spool.record(sampleAudit('c'));
  await until(() => got.length === 3);
  expect(got).toEqual(['a', 'b', 'c']);
  await until(() => delivery.state().backlogBytes === 0);
  expect(delivery.state()).toMatchObject({ sink: 'out', delivered: 3, refused: 0, error: undefined });
});

it('tries again until the receiver is back, tells once that it was away, and goes on after what had arrived', async () => {
  let attempts = 0;
  const { got, problems, delivery } = await delivering(['a', 'b', 'c'], (batch, all) => {
    attempts++;
    if (attempts === 1) {
      take(batch.slice(0, 1), all);
      throw new DeliveryError('down', { delivered: 1 });
    }
    if (attempts < 6) throw new Error('down');
    take(batch, all);
  });
  await until(() => problems.list.length === 2);
  expect(got).toEqual(['a', 'b', 'c']);
  expect(problems.ids()).toEqual(['sink-failing', 'sink-well']);
  expect(delivery.state()).toMatchObject({ delivered: 3, error: undefined });
});

it('what the receiver refuses is skipped alone, after some attempts, and reported', async () => {
  const tried: string[] = [];
  const { got, delivery, problems } = await delivering(['a', 'bad', 'c', 'd'], (batch, all) => {
    if (batch.some(({ id }) => id === 'bad')) {
      tried.push(batch.map(({ id }) => id).join(' '));
      throw new DeliveryError('400', { isRefusal: true });
    }
    take(batch, all);
  });
  await until(() => got.length === 3);
  expect(got).toEqual(['a', 'c', 'd']);
  expect(tried).toEqual(['a bad c d', 'bad', 'bad', 'bad']);
  expect(delivery.state().refused).toBe(1);
  expect(problems.list.find(({ id }) => id === 'audit-refused')?.message).toContain('audit bad was skipped');
});

it('leaves a receiver alone for as long as it asks', async () => {
  const times: number[] = [];
  const { got } = await delivering(['a'], (batch, all) => {
    times.push(performance.now());
    if (times.length === 1) throw new DeliveryError('429', { retryAfterMs: 150 });
    take(batch, all);
  });
  await until(() => got.length === 1);
  expect(times[1]! - times[0]!).toBeGreaterThan(145);
});
