import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { makeSamples } from '../../scripts/samples/main.ts';
import { diffProfiles, type ProfileDiff } from '../../src/report/diff.ts';
import { temporaryFolder } from '../builders/image.ts';
import { berthwatch } from './terminal.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => JSON.parse(readFileSync(join(root, 'docs', name), 'utf8'));
const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true })
  .addSchema(read('profile.schema.json'))
  .compile(read('diff.schema.json'));
const dir = temporaryFolder();
const samples = makeSamples(join(root, 'scripts/samples'), dir);
const sample = (name: string) => samples.find((path) => path.endsWith(`${name}.tar`)) as string;
const cache = ['--cache-dir', join(dir, 'cache')];

function problems(diff: unknown): string[] {
  validate(diff);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

async function diffOf(before: string, after: string): Promise<ProfileDiff> {
  const { out, err } = await berthwatch(['diff', '--format', 'json', ...cache, before, after]);
  if (out === '') throw new Error(err);
  return JSON.parse(out);
}

const { out: redis } = await berthwatch(['scan', '--format', 'json', ...cache, sample('redis')]);

/** A listener that has moved and one that is gone, and a claim that is new. */
function changedDiff(): ProfileDiff {
  const [before, after] = [JSON.parse(redis), JSON.parse(redis)];
  after.listeners[0].port = 7000;
  after.listeners.pop();
  after.exposed.push({ transport: 'udp', port: 9 });
  return diffProfiles(before, after);
}

describe('docs/diff.schema.json', () => {
  it('describes what diff prints, of samples', async () => {
    const diffs = [
      await diffOf(sample('redis'), sample('nginx')),
      await diffOf(sample('nginx'), sample('nginx')),
    ];
    expect(diffs.flatMap(problems)).toEqual([]);
    expect(diffs[0]?.listeners.length).toBeGreaterThan(1);
    expect(diffs[1]?.listeners).toEqual([]);
  });

  it('describes each kind of change', () => {
    const diff = changedDiff();
    expect(diff.listeners.map(({ kind }) => kind)).toEqual(['changed', 'removed']);
    expect(diff.exposed.map(({ kind }) => kind)).toEqual(['added']);
    expect(problems(diff)).toEqual([]);
  });

  it.each<[string, (diff: ProfileDiff) => void]>([
    ['another schema', (diff) => Object.assign(diff, { schema: 'berthwatch/diff/v2' })],
    ['a field more', (diff) => Object.assign(diff, { findings: [] })],
    ['no peers', (diff) => delete (diff as Partial<ProfileDiff>).peers],
    ['an unknown kind of change', (diff) => Object.assign(diff.listeners[0]!, { kind: 'moved' })],
    ['a change that does not say what', (diff) => Object.assign(diff.listeners[0]!, { what: [] })],
    ['a change of what is no member', (diff) => Object.assign(diff.listeners[0]!, { what: ['color'] })],
    ['what is gone with what is there now', (diff) => Object.assign(diff.listeners[1]!, { after: {} })],
    [
      'a claim out of range',
      (diff) => Object.assign(diff.exposed[0]!, { after: { transport: 'udp', port: -1 } }),
    ],
  ])('refuses %s', (_, spoil) => {
    const diff = changedDiff();
    spoil(diff);
    expect(problems(diff)).not.toEqual([]);
  });
});
