import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { makeSamples } from '../../scripts/samples/main.ts';
import type { Profile } from '../../src/model/profile.ts';
import { temporaryFolder } from '../builders/image.ts';
import { berthwatch } from './terminal.ts';

const root = join(import.meta.dirname, '../..');
const schema = JSON.parse(readFileSync(join(root, 'docs/profile.schema.json'), 'utf8'));
const validate = new Ajv2020({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  allErrors: true,
}).compile(schema);
const dir = temporaryFolder();
const samples = makeSamples(join(root, 'scripts/samples'), dir);
const cache = ['--cache-dir', join(dir, 'cache')];

function problems(profile: unknown): string[] {
  validate(profile);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

async function profilesOf(...argv: string[]): Promise<Profile[]> {
  const { out, err } = await berthwatch(['scan', '--format', 'json', ...cache, ...argv]);
  if (out === '') throw new Error(err);
  return [JSON.parse(out)].flat();
}

describe('docs/profile.schema.json', () => {
  it('describes what a scan prints, of every sample', async () => {
    const profiles = await profilesOf(...samples);
    expect(profiles).toHaveLength(5);
    expect(profiles.flatMap(problems)).toEqual([]);
    expect(
      profiles.filter(({ listeners }) => listeners.length === 0).map(({ source }) => source.reference),
    ).toEqual([]);
  });

  it('describes a program that no pack knows, and unknown values', async () => {
    const nginx = samples.find((path) => path.endsWith('nginx.tar')) as string;
    const unknown = await profilesOf(nginx, '--', '/usr/bin/env', 'x');
    const possible = await profilesOf(
      nginx,
      '--entrypoint',
      '/bin/sh',
      '--',
      '-c',
      'nginx -g "pid $(date);"',
    );
    expect([...unknown, ...possible].flatMap(problems)).toEqual([]);
  });

  it.each<[string, (profile: Profile) => void]>([
    ['another schema', (profile) => Object.assign(profile, { schema: 'berthwatch/profile/v2' })],
    ['a field more', (profile) => Object.assign(profile, { warnings: [] })],
    ['a field more in a listener', (profile) => Object.assign(profile.listeners[0]!, { protocol: 'http' })],
    ['a field more in a launch', (profile) => Object.assign(profile.launches[0]!, { pid: 1 })],
    [
      'a field more in evidence',
      (profile) => Object.assign(profile.listeners[0]!.evidence[0]!, { column: 1 }),
    ],
    ['the value of a variable', (profile) => profile.launches[0]!.env.push('PASSWORD=secret')],
    ['a listener without evidence', (profile) => profile.listeners[0]!.evidence.splice(0)],
    ['a port out of range', (profile) => Object.assign(profile.listeners[0]!, { port: 65_536 })],
    ['a port as text', (profile) => Object.assign(profile.listeners[0]!, { port: '80' })],
    ['a TCP listener with a path', (profile) => Object.assign(profile.listeners[0]!, { path: '/run/x' })],
    ['a TCP listener without an address', (profile) => Object.assign(profile.listeners[0]!, { address: '' })],
    ['a Unix socket with a port', (profile) => Object.assign(profile.listeners.at(-1)!, { port: 1 })],
    ['a Unix socket without a path', (profile) => delete profile.listeners.at(-1)!.path],
    ['an unknown certainty', (profile) => Object.assign(profile.launches[0]!, { certainty: 'likely' })],
    ['no findings', (profile) => delete (profile as Partial<Profile>).findings],
    ['an unknown kind of source', (profile) => Object.assign(profile.source, { kind: 'tarball' })],
  ])('refuses %s', async (_, spoil) => {
    const redis = samples.find((path) => path.endsWith('redis.tar')) as string;
    const [profile] = await profilesOf(redis);
    expect(profile?.listeners.at(-1)?.transport).toBe('unix');
    expect(problems(profile)).toEqual([]);
    spoil(profile as Profile);
    expect(problems(profile)).not.toEqual([]);
  });
});
