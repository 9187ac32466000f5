import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Audit } from '../../model/audit.ts';
import { readStartTime } from '../../sensor/proc/process.ts';
import { problemList, until } from '../testing/problem-list.ts';
import { sampleAudit, seenOften } from '../testing/sample-audit.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { SpoolLockedError } from './lock.ts';
import { openSpool, type Spool, type SpoolOptions } from './spool.ts';

const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => sampleAudit(`a${from + index}`));

async function opened(options: Partial<SpoolOptions> & { dir: string }) {
  const problems = problemList();
  const spool = await openSpool({ sinks: ['one'], retryMs: 10, ...options }, problems.add);
  return { spool, problems };
}

async function idsFrom(spool: Spool, position: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = position; ; ) {
    const { audits, next } = await spool.read(at, 100_000);
    ids.push(...audits.map(({ audit }) => audit.id));
    if (next === at) return ids;
    at = next;
  }
}

const segmentsOf = (dir: string) =>
  readdirSync(join(dir, 'segments'))
    .sort()
    .map((name) => join(dir, 'segments', name));

const linesOf = (dir: string) =>
  segmentsOf(dir).flatMap((path) => readFileSync(path, 'utf8').split('\n').filter(Boolean));

describe('recording', () => {
  it('is on disk when it resolves, in order, over many segments', async () => {
    const dir = temporaryFolder();
    const { spool } = await opened({ dir, segmentBytes: 10_000 });
    const audits = many(50);
    for (const audit of audits) await spool.record(audit);
    expect(linesOf(dir).map((line) => JSON.parse(line))).toEqual(audits);
    expect(segmentsOf(dir).length).toBeGreaterThan(5);
    expect(await idsFrom(spool, 0)).toEqual(audits.map(({ id }) => id));
    await spool.close();
  });

  it('waits for the disk once for many', async () => {
    const dir = temporaryFolder();
    const { spool } = await opened({ dir });
    const start = performance.now();
    await spool.record(sampleAudit('first'));
    const one = performance.now() - start;
    const begin = performance.now();
    await Promise.all(many(500).map((audit) => spool.record(audit)));
    expect(performance.now() - begin).toBeLessThan(Math.max(one, 2) * 100);
    expect(linesOf(dir)).toHaveLength(501);
    await spool.close();
  });

  it('the same audit is recorded once, at the same time, later, and after a restart; a higher count is another', async () => {
    const dir = temporaryFolder();
    const first = await opened({ dir });
    const audit = sampleAudit('a');
    await Promise.all([first.spool.record(audit), first.spool.record(audit)]);
    await first.spool.record(audit);
    await first.spool.close();
    const second = await opened({ dir });
    expect(second.spool.countOf('a')).toBe(1);
    await second.spool.record(audit);
    await second.spool.record(seenOften(audit, 7));
    await second.spool.record(seenOften(audit, 3));
    await second.spool.close();
    expect(linesOf(dir).map((line) => (JSON.parse(line) as Audit).forensics.count)).toEqual([1, 7]);
  });

  it('tells the newest, each with its latest count, across segments', async () => {
    const dir = temporaryFolder();
    const { spool } = await opened({ dir, segmentBytes: 4000 });
    for (const audit of [...many(20), seenOften(sampleAudit('a18'), 2)]) await spool.record(audit);
    const recent = await spool.recent(3);
    expect(recent.map(({ id, forensics }) => `${id} ${forensics.count}`)).toEqual(['a19 1', 'a18 2']);
    await spool.close();
  });
});

describe('after a crash', () => {
  it('a torn last line is cut and reported; what follows is whole', async () => {
    const dir = temporaryFolder();
    const first = await opened({ dir });
    await first.spool.record(sampleAudit('a'));
    await first.spool.close();
    const [segment] = segmentsOf(dir) as [string];
    appendFileSync(segment, JSON.stringify(sampleAudit('b')).slice(0, 300));
    const { spool, problems } = await opened({ dir });
    expect(problems.ids()).toEqual(['spool-torn']);
    await spool.record(sampleAudit('b'));
    expect(await idsFrom(spool, 0)).toEqual(['a', 'b']);
    await spool.close();
  });

  it('damaged lines are skipped and reported once, wherever they are', async () => {
    const dir = temporaryFolder();
    const first = await opened({ dir, segmentBytes: 3000 });
    for (const audit of many(12)) await first.spool.record(audit);
    await first.spool.close();
    const [one, two] = segmentsOf(dir) as [string, string];
    const text = readFileSync(one, 'utf8');
    writeFileSync(one, text.replace('"schema":"berth', '"schema":"b\0rth'));
    const other = readFileSync(two);
    other.fill(0, 0, other.length - 10);
    writeFileSync(two, other);
    const { spool, problems } = await opened({ dir });
    const whole = await idsFrom(spool, 0);
    expect(await idsFrom(spool, 0)).toEqual(whole);
    expect(whole).toContain('a11');
    expect(whole).not.toContain('a0');
    expect(new Set(problems.ids())).toEqual(new Set(['spool-damaged']));
    expect(problems.list).toHaveLength(2);
    await spool.close();
  });

  it('a segment that is gone is reported, and the others are read', async () => {
    const dir = temporaryFolder();
    const first = await opened({ dir, segmentBytes: 3000 });
    for (const audit of many(9)) await first.spool.record(audit);
    await first.spool.close();
    rmSync(segmentsOf(dir)[1] as string);
    const { spool, problems } = await opened({ dir });
    const ids = await idsFrom(spool, 0);
    expect([ids[0], ids.at(-1), problems.ids()]).toEqual(['a0', 'a8', ['spool-gap']]);
    rmSync(segmentsOf(dir).at(-1) as string);
    await idsFrom(spool, 0);
    expect(problems.ids()).toEqual(['spool-gap', 'spool-gap']);
    await spool.record(sampleAudit('later'));
    expect((await idsFrom(spool, 0)).at(-1)).toBe('later');
    await spool.close();
  });

  it('cursors go on where they were; a damaged one starts anew; a new sink gets what comes', async () => {
    const dir = temporaryFolder();
    const first = await opened({ dir, sinks: ['one', 'two', 'gone'] });
    await first.spool.record(sampleAudit('a'));
    const { next } = await first.spool.read(0, 1000);
    for (const cursor of first.spool.cursors) cursor.advance(next);
    await first.spool.record(sampleAudit('b'));
    await first.spool.close();
    truncateSync(join(dir, 'cursors/two'), 0);
    const { spool, problems } = await opened({ dir, sinks: ['one', 'two', 'new'] });
    const seen = await Promise.all(spool.cursors.map(({ position }) => idsFrom(spool, position)));
    expect(seen).toEqual([['b'], ['a', 'b'], []]);
    expect(problems.ids()).toEqual(['cursor-lost']);
    expect(readdirSync(join(dir, 'cursors')).sort()).toEqual(['new', 'one', 'two']);
    await spool.close();
  });
});

describe('one writer', () => {
  it('a second one is refused, and let in after the first has closed', async () => {
    const dir = temporaryFolder();
    const { spool } = await opened({ dir });
    await expect(opened({ dir })).rejects.toThrow(SpoolLockedError);
    await spool.close();
    await (await opened({ dir })).spool.close();
    expect(readdirSync(dir).sort()).toEqual(['cursors', 'segments']);
  });

  it('of a process that is dead, or has only its number, the lock is taken over', async () => {
    const dir = temporaryFolder();
    const child = spawn('sleep', ['60']);
    const pid = child.pid as number;
    const startTime = readStartTime(pid) as number;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const lock = (owner: object) => writeFileSync(join(dir, 'lock.1'), JSON.stringify(owner));
    lock({ pid, startTime, boot });
    await expect(opened({ dir })).rejects.toThrow(`process ${pid} writes`);
    lock({ pid, startTime: startTime - 1, boot });
    await (await opened({ dir })).spool.close();
    lock({ pid, startTime, boot: 'another' });
    await (await opened({ dir })).spool.close();
    child.kill('SIGKILL');
    await once(child, 'exit');
    lock({ pid, startTime, boot });
    await (await opened({ dir })).spool.close();
    writeFileSync(join(dir, 'lock.1'), '{"pid":');
    await (await opened({ dir })).spool.close();
  });

  it('of many that try at the same time over a stale lock, one gets it', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'lock.1'), JSON.stringify({ pid: 1, startTime: 1, boot: 'x' }));
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => opened({ dir })));
    const won = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(won).toHaveLength(1);
    await won[0]?.spool.close();
  });
});

describe('no room', () => {
  it('the oldest that all sinks have taken go first; without those, audits wait and are written later', async () => {
    const dir = temporaryFolder();
    const { spool, problems } = await opened({ dir, maxBytes: 64 * 1024, sinks: ['one', 'two'] });
    const [one, two] = spool.cursors;
    const waiting = many(60).map((audit) => spool.record(audit));
    await until(() => problems.list.length > 0);
    expect(problems.list[0]?.message).toContain('have not been taken by one, two');
    const end = (await spool.read(0, 64 * 1024)).next;
    one?.advance(end);
    await expect(Promise.race([Promise.all(waiting), 'still waiting'])).resolves.toBe('still waiting');
    two?.advance(end);
    await Promise.all(waiting);
    expect(problems.ids()).toEqual(['spool-waiting', 'spool-well']);
    expect(spool.state().bytes).toBeLessThanOrEqual(64 * 1024);
    expect((await idsFrom(spool, end)).at(-1)).toBe('a59');
    await spool.close();
  });

  it('drops what memory does not hold, says so once, and counts', async () => {
    const dir = temporaryFolder();
    const { spool, problems } = await opened({ dir, waitingBytes: 10_000 });
    const results = await Promise.allSettled(many(20).map((audit) => spool.record(audit)));
    const dropped = results.filter(({ status }) => status === 'rejected').length;
    expect(dropped).toBeGreaterThan(5);
    expect([spool.recorded, spool.dropped]).toEqual([20 - dropped, dropped]);
    expect(problems.ids()).toEqual(['audit-dropped']);
    await spool.close();
  });

  it.skipIf(process.getuid?.() !== 0)('a real full disk (needs root: mounts a small tmpfs)', async () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, 'disk'));
    const disk = join(dir, 'disk');
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk]).status).toBe(0);
    onTestFinished(() => void spawnSync('umount', [disk]));
    const { spool, problems } = await opened({ dir: join(disk, 'spool') });
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(96 * 1024));
    const waiting = many(30).map((audit) => spool.record(audit));
    await until(() => problems.list.length > 0);
    expect(problems.list[0]?.message).toContain('ENOSPC');
    // An alarm does not wait for room: sinks get it from memory.
    expect((await idsFrom(spool, 0)).at(-1)).toBe('a29');
    expect(linesOf(join(disk, 'spool')).length).toBeLessThan(30);
    rmSync(join(disk, 'ballast'));
    await Promise.all(waiting);
    expect(problems.ids()).toEqual(['spool-waiting', 'spool-well']);
    expect(linesOf(join(disk, 'spool'))).toHaveLength(30);
    await spool.close();
  });
});
