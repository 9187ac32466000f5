import { describe, expect, it } from 'vitest';
import type { Socket } from '../model/observation.ts';
import type { Declaration } from '../model/workload.ts';
import type { Holder } from '../policy/compare.ts';
import { Baseline } from './baseline.ts';

const start = 1_000_000;
const declaration = { startedAt: start, ports: [{ transport: 'tcp', port: 9000 }] } as unknown as Declaration;
const socket = (port: number) => ({ transport: 'tcp', address: '0.0.0.0', port }) as Socket;
const holder = (over: object = {}, distrust?: Holder['distrust']): Holder =>
  ({ process: { exe: '/srv/app', origin: 'image', ...over }, app: undefined, distrust }) as Holder;

describe('Baseline', () => {
  it('remembers what opened in the first minute, and nothing later', () => {
    const baseline = new Baseline(declaration, false, start, start);
    expect(baseline.allows(socket(1), holder(), start + 59_000)).toContain('learned: /srv/app');
    expect(baseline.allows(socket(1), holder(), start + 3_600_000)).toContain('learned');
    expect(baseline.allows(socket(2), holder(), start + 61_000)).toBeUndefined();
    expect(baseline.allows(socket(1), holder({ exe: '/srv/other' }), start + 61_000)).toBeUndefined();
  });

  it('remembers whose a port was', () => {
    const baseline = new Baseline(declaration, false, start, start);
    baseline.allows(socket(1), holder(), start);
    baseline.allows(socket(1), holder({ exe: '/tmp/x', origin: 'writable-layer' }), start);
    expect([baseline.ownerOf(socket(1)), baseline.ownerOf(socket(2))]).toEqual(['/srv/app', undefined]);
  });

  it('one port of the kernel’s choice stands for all on that address', () => {
    const baseline = new Baseline(declaration, false, start, start);
    expect(baseline.allows(socket(40_001), holder(), start)).toContain('learned');
    expect(baseline.allows(socket(40_002), holder(), start + 61_000)).toContain('learned');
    expect(baseline.allows({ ...socket(40_002), address: '::1' }, holder(), start + 61_000)).toBeUndefined();
  });

  it('one that ran before is learned from when it was first looked at', () => {
    const later = start + 3_600_000;
    expect(new Baseline(declaration, false, later, later).allows(socket(1), holder(), later)).toBeUndefined();
    expect(new Baseline(declaration, true, later, later).allows(socket(1), holder(), later)).toContain(
      'learned',
    );
  });

  it('is as long whatever the host’s clock is set to meanwhile', () => {
    const hour = 3_600_000;
    for (const time of [start - hour, start]) {
      const baseline = new Baseline(declaration, false, time, 0);
      expect(baseline.allows(socket(1), holder(), 59_000)).toContain('learned');
      expect(baseline.allows(socket(2), holder(), 61_000)).toBeUndefined();
    }
  });

  it('exposed and published ports are normal at any time', () => {
    expect(
      new Baseline(declaration, false, start, start).allows(socket(9000), holder(), start + 1e9),
    ).toContain('exposed');
  });

  it('learns nothing of what the image did not bring or the start did not run', () => {
    const baseline = new Baseline(declaration, false, start, start);
    for (const each of [
      holder({ origin: 'writable-layer' }),
      holder({ origin: 'memory' }),
      holder({}, 'session'),
    ]) {
      expect(baseline.allows(socket(9000), each, start)).toBeUndefined();
    }
  });
});
