import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type AuditsOptions, openAudits } from './audits.ts';
import { bounded } from './bounded.ts';
import { keyOf, problemList, until } from './testing/problem-list.ts';
import { sampleAudit } from './testing/sample-audit.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

async function opened(dir: string, more: Partial<AuditsOptions> = {}) {
  const problems = problemList();
  const sinks: AuditsOptions['sinks'] = [
    { kind: 'file', name: 'own', path: join(dir, 'own.jsonl') },
    { kind: 'file', name: 'ocsf', path: join(dir, 'ocsf.jsonl'), format: 'ocsf' },
  ];
  const audits = await openAudits({ spool: { dir: join(dir, 'spool') }, sinks, ...more }, problems.add);
  return { audits, problems };
}

const lines = (dir: string, name: string) =>
  readFileSync(join(dir, name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

it('records, counts repeats, delivers to all in each format, and closes with nothing left', async () => {
  const dir = temporaryFolder();
  const { audits, problems } = await opened(dir);
  await audits.record(sampleAudit('a'));
  await audits.record(sampleAudit('b'));
  await audits.record(sampleAudit('a'));
  expect((await audits.recent(5)).map(keyOf)).toEqual(['a#1', 'b#1']);
  await until(() => audits.state().sinks.every(({ delivered }) => delivered === 2));
  expect(audits.state()).toMatchObject({ recorded: 2, dropped: 0, waitingBytes: 0, error: undefined });
  await audits.close();
  expect(lines(dir, 'own.jsonl').map(keyOf)).toEqual(['a#1', 'b#1', 'a#2']);
  expect(lines(dir, 'ocsf.jsonl').map(({ finding_info, count }) => [finding_info.uid, count])).toEqual([
    ['a', 1],
    ['b', 1],
    ['a', 2],
  ]);
  expect(problems.list).toEqual([]);
});

it('after a restart the same sockets are looked at again: nothing is recorded twice', async () => {
  const dir = temporaryFolder();
  const first = await opened(dir);
  await first.audits.record(sampleAudit('a'));
  await first.audits.close();
  const { audits } = await opened(dir);
  await audits.record(sampleAudit('a'));
  await audits.close();
  expect(lines(dir, 'own.jsonl').map(keyOf)).toEqual(['a#1']);
});

it('a receiver that was down gets all when it is there, after a restart too; the others are not held up', async () => {
  const dir = temporaryFolder();
  const got: string[] = [];
  const server = createServer((request, response) => {
    got.push(String(request.headers['webhook-id']));
    request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await until(() => server.listening);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const sinks: AuditsOptions['sinks'] = [
    { kind: 'file', name: 'own', path: join(dir, 'own.jsonl') },
    { kind: 'webhook', name: 'hook', url: `http://127.0.0.1:${port}`, firstMs: 5, longestMs: 20 },
  ];
  const first = await opened(dir, { sinks });
  for (const id of ['a', 'b', 'c']) await first.audits.record(sampleAudit(id));
  await until(() => first.problems.list.length > 0);
  await until(() => first.audits.state().sinks[0]?.delivered === 3);
  expect(first.audits.state().sinks[1]?.error).toContain('ECONNREFUSED');
  await first.audits.close(20);
  server.listen(port, '127.0.0.1');
  const second = await opened(dir, { sinks });
  await until(() => got.length === 3);
  await second.audits.close();
  server.close();
  expect(got).toEqual(['a', 'b', 'c']);
  expect(lines(dir, 'own.jsonl')).toHaveLength(3);
});

it('refuses two sinks of one name, and a name that is a path', async () => {
  const sink = { kind: 'stdout' as const, name: 'out' };
  await expect(opened(temporaryFolder(), { sinks: [sink, sink] })).rejects.toThrow('"out"');
  await expect(opened(temporaryFolder(), { sinks: [{ ...sink, name: '../x' }] })).rejects.toThrow('"../x"');
});

it('an audit of any size is bounded and says so; a common one stays as it is', () => {
  const audit = sampleAudit('a');
  expect(bounded(audit)).toBe(audit);
  const long = 'x'.repeat(100_000);
  const labels = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [`${index}${long.slice(0, 500)}`, long]),
  );
  const huge = sampleAudit('a', {
    workload: { ...audit.workload, labels },
    process: { ...audit.process!, argv: Array.from({ length: 1000 }, () => long) },
  });
  const result = bounded(huge);
  expect(JSON.stringify(result).length).toBeLessThan(128 * 1024);
  expect(result.process?.argv[0]).toMatch(/^x+…$/);
  expect(result.forensics.unknown.at(-1)).toContain('were cut');
  expect([result.id, result.listener, result.expected]).toEqual([audit.id, audit.listener, audit.expected]);
});
