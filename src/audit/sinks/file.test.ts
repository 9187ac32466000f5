import { appendFileSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sampleAudit } from '../testing/sample-audit.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { type FileOptions, fileSink } from './file.ts';
import { stdoutSink, textOf } from './stdout.ts';

const signal = new AbortController().signal;
const encode = ({ id }: { id: string }) => id.padEnd(9, '.');

function opened(more: Partial<FileOptions> = {}) {
  const path = more.path ?? join(temporaryFolder(), 'logs/audits.jsonl');
  const sink = fileSink({ name: 'file', path, ...more }, encode);
  onTestFinished(() => sink.close?.());
  const give = (...ids: string[]) =>
    sink.deliver(
      ids.map((id) => sampleAudit(id)),
      signal,
    );
  const ids = (suffix = '') =>
    readFileSync(path + suffix, 'utf8')
      .replaceAll('.', '')
      .trim()
      .split('\n');
  return { path, give, ids };
}

describe('a file', () => {
  it('is moved when it would grow too long, and the oldest goes', async () => {
    const { path, give, ids } = opened({ maxBytes: 30, keep: 2 });
    await give('a', 'b', 'c', 'd', 'e', 'f', 'g');
    await give('h', 'i', 'j');
    expect([ids(), ids('.1'), ids('.2')]).toEqual([['j'], ['g', 'h', 'i'], ['d', 'e', 'f']]);
    expect(existsSync(`${path}.3`)).toBe(false);
  });

  it('takes a line longer than the bound by itself', async () => {
    const { give, ids } = opened({ maxBytes: 12 });
    await give('a', 'a long identifier', 'b');
    expect([ids(), ids('.1'), ids('.2')]).toEqual([['b'], ['a long identifier'], ['a']]);
  });

  it('is begun anew when another program has moved it away', async () => {
    const { path, give, ids } = opened();
    await give('a');
    renameSync(path, `${path}-yesterday`);
    await give('b');
    expect([ids('-yesterday'), ids()]).toEqual([['a'], ['b']]);
  });

  it('a line that a crash left torn does not spoil the next', async () => {
    const { path, give, ids } = opened();
    await give('a');
    appendFileSync(path, 'tor');
    const after = opened({ path });
    await after.give('b');
    expect(ids()).toEqual(['a', 'tor', 'b']);
  });

  it('says where it can not write', async () => {
    const { give } = opened({ path: '/proc/audits.jsonl' });
    await expect(give('a')).rejects.toThrow(/^\/proc\/audits\.jsonl: /);
  });
});

describe('standard output', () => {
  it('one line for people, or JSON', async () => {
    const stream = new PassThrough();
    await stdoutSink({ name: 'out', stream }, encode).deliver([sampleAudit('a')], signal);
    await stdoutSink({ name: 'out', style: 'json', stream }, encode).deliver([sampleAudit('b')], signal);
    expect(String(stream.read())).toBe(
      '2026-11-24T10:00:00.500Z  port-hijack  tcp 0.0.0.0:80  shop-web-1  /tmp/x (pid 4711)  ' +
        'Port 80 of web is held by /tmp/x, which is not web.\nb........\n',
    );
  });

  it('a name can not move the cursor or make a line', () => {
    const holder = { ...sampleAudit('a').process!, exe: '/x\n\u001b[2J\u202eevil' };
    expect(textOf(sampleAudit('a', { process: holder }))).toContain('/x\\u{a}\\u{1b}[2J\\u{202e}evil');
  });

  it('a reader that went away is an error, not the end', async () => {
    const stream = new Writable({ write: (_, __, done) => done(new Error('EPIPE')) });
    const sink = stdoutSink({ name: 'out', stream }, encode);
    await expect(sink.deliver([sampleAudit('a')], signal)).rejects.toThrow('EPIPE');
  });
});
