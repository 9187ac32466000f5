import { expect, it } from 'vitest';
import type { Evidence } from '../model/evidence.ts';
import { Trail } from './trail.ts';

const line = (text: string): Evidence => ({ kind: 'config', text });

it('gathers the evidence of nested work, each once, and keeps it from work beside it', () => {
  const trail = new Trail();
  const outer = trail.follow(() => {
    trail.note([line('a')]);
    const inner = trail.follow(() => trail.note([line('b'), line('b')]));
    expect(inner.evidence).toEqual([line('b')]);
    trail.note([line('a')]);
  });
  expect(outer.evidence).toEqual([line('a'), line('b')]);
  expect(trail.follow(() => 1)).toEqual({ result: 1, evidence: [] });
});

it('is left in order when the work throws', () => {
  const trail = new Trail();
  expect(() =>
    trail.follow(() => {
      throw new Error('x');
    }),
  ).toThrow('x');
  trail.note([line('lost')]);
  expect(trail.follow(() => trail.note([line('c')])).evidence).toEqual([line('c')]);
});
