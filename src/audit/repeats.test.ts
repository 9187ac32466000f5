import { describe, expect, it } from 'vitest';
import { Repeats } from './repeats.ts';
import { sampleAudit } from './testing/sample-audit.ts';

const audit = sampleAudit('a');
const minute = 60_000;

describe('repeats', () => {
  it('the first is told at once, those that follow are counted and told at growing intervals', () => {
    const repeats = new Repeats({ firstMs: minute, growth: 4, longestMs: 10 * minute });
    const told: [number, number][] = [];
    for (let second = 0; second <= 40 * 60; second++) {
      const now = repeats.see(audit, second * 1000);
      if (now) told.push([second / 60, now.forensics.count]);
    }
    expect(told).toEqual([
      [0, 1],
      [1, 61],
      [5, 301],
      [15, 901],
      [25, 1501],
      [35, 2101],
    ]);
  });

  it('repeats that stopped are told when their time comes, once', () => {
    const repeats = new Repeats({ firstMs: minute });
    repeats.see(audit, 0);
    repeats.see(audit, 1);
    repeats.see(audit, 2);
    expect(repeats.due(minute - 1)).toEqual([]);
    expect(repeats.rest().map(({ forensics }) => forensics.count)).toEqual([3]);
    expect(repeats.due(minute).map(({ forensics }) => forensics.count)).toEqual([3]);
    expect(repeats.due(100 * minute)).toEqual([]);
  });

  it('after the window it is told at once, and the count goes on', () => {
    const repeats = new Repeats({ firstMs: 2 * minute, windowMs: minute });
    repeats.see(audit, 0);
    expect(repeats.see(audit, minute)).toBeUndefined();
    expect(repeats.see(audit, 2 * minute + 1)?.forensics.count).toBe(3);
  });

  it('other ids are told by themselves', () => {
    const repeats = new Repeats();
    repeats.see(audit, 0);
    expect(repeats.see(sampleAudit('b'), 0)?.forensics.count).toBe(1);
  });

  it('the first look after a restart at what was recorded is no repeat; the next one is', () => {
    const repeats = new Repeats({ firstMs: minute, recordedCount: (id) => (id === 'a' ? 7 : undefined) });
    expect(repeats.see(audit, 0)).toBeUndefined();
    expect(repeats.due(minute)).toEqual([]);
    expect(repeats.see(audit, minute)?.forensics.count).toBe(8);
  });

  it('follows no more ids than it may, and the ones seen last', () => {
    const repeats = new Repeats({ limit: 2 });
    for (const id of ['a', 'b', 'a', 'c']) repeats.see(sampleAudit(id), 0);
    expect(repeats.see(sampleAudit('a'), 1)).toBeUndefined();
    expect(repeats.see(sampleAudit('b'), 1)?.forensics.count).toBe(1);
  });

  it('what could not be recorded is told again', () => {
    const repeats = new Repeats();
    repeats.see(audit, 0);
    repeats.forget('a');
    expect(repeats.see(audit, 1)?.forensics.count).toBe(1);
  });
});
