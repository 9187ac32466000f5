import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/builders/image.ts';
import { parseChallenges } from './challenge.ts';
import { findCredentials } from './credentials.ts';
import { parseImageName } from './name.ts';
import { defaultRetry, isPassing, waitTime } from './retry.ts';

const base = temporaryFolder();
const digest = `sha256:${'a'.repeat(64)}`;

describe('parseImageName', () => {
  const set = { BERTHWATCH_DEFAULT_REGISTRY: 'hub.test=api.hub.test' };
  it.each([
    ['example.test/app', 'example.test', 'app', 'latest'],
    ['example.test:5000/team/app:1.2', 'example.test:5000', 'team/app', '1.2'],
    ['localhost/app', 'localhost', 'app', 'latest'],
    ['[::1]:5000/app', '[::1]:5000', 'app', 'latest'],
    ['HOST/app', 'HOST', 'app', 'latest'],
    [`example.test/app@${digest}`, 'example.test', 'app', digest],
    [`example.test/app:1@${digest}`, 'example.test', 'app', digest],
    ['app', 'api.hub.test', 'library/app', 'latest'],
    ['app:1', 'api.hub.test', 'library/app', '1'],
    ['team/app', 'api.hub.test', 'team/app', 'latest'],
    ['hub.test/app', 'api.hub.test', 'library/app', 'latest'],
  ])('%s', (text, host, repository, reference) => {
    expect(parseImageName(text, set)).toMatchObject({ host, repository, reference });
  });

  it.each([
    ['', 'small letters'],
    ['example.test/App', 'small letters'],
    ['example.test/../app', 'small letters'],
    ['example.test/app:', 'not a tag'],
    ['example.test/app:a b', 'not a tag'],
    ['example.test/app@sha256:12', 'not a sha256 digest'],
    ['user@example.test/app', 'not a sha256 digest'],
    ['exa mple.test/app', 'not a host'],
    [`example.test/${'a'.repeat(300)}`, 'small letters'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseImageName(text, set)).toThrow(reason);
  });
});

describe('parseChallenges', () => {
  it.each([
    [
      'Bearer realm="https://a/t",service="s",scope="repository:x:pull,push"',
      ['bearer', { realm: 'https://a/t', service: 's', scope: 'repository:x:pull,push' }],
    ],
    ['Basic realm="a \\"b\\""', ['basic', { realm: 'a "b"' }]],
    ['Basic', ['basic', {}]],
    ['Negotiate, bEARER Realm=x', ['bearer', { realm: 'x' }]],
  ] as const)('%s', (header, [scheme, parameters]) => {
    expect(parseChallenges(header)).toEqual([{ scheme, parameters }]);
  });

  it('takes several, and ends on rubbish', () => {
    expect(parseChallenges('Basic realm="a", Bearer realm="b"').map(({ scheme }) => scheme)).toEqual([
      'basic',
      'bearer',
    ]);
    expect(parseChallenges('"=,=,"')).toEqual([]);
    expect(parseChallenges(`Bearer ${'a="'.repeat(100_000)}`)).toHaveLength(1);
  });
});

describe('findCredentials', () => {
  const names = ['example.test'];
  const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
  const nobody = async () => undefined;

  function home(files: Record<string, unknown>): Record<string, string> {
    const dir = mkdtempSync(join(base, 'home-'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(dir, path, '..'), { recursive: true });
      writeFileSync(join(dir, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return { HOME: dir, XDG_RUNTIME_DIR: join(dir, 'run') };
  }

  it.each([
    ['example.test', auth('me:p:w')],
    ['https://example.test', auth('me:p:w')],
    ['https://example.test/v1/', auth('me:p:w')],
    ['https://example.test/v2/', { username: 'me', password: 'p:w' }],
  ])('written for %s', async (key, value) => {
    const env = home({ '.docker/config.json': { auths: { 'other.test': auth('x:y'), [key]: value } } });
    expect(await findCredentials(names, 'team/app', env, nobody)).toEqual({
      kind: 'password',
      username: 'me',
      password: 'p:w',
    });
  });

  it('an identity token', async () => {
    const env = home({
      '.docker/config.json': { auths: { 'example.test': { ...auth('a:b'), identitytoken: 't' } } },
    });
    expect(await findCredentials(names, 'app', env, nobody)).toEqual({ kind: 'identity', token: 't' });
  });

  it('Podman’s file comes first, with the longest name that fits', async () => {
    const env = home({
      'run/containers/auth.json': {
        auths: {
          'example.test': auth('host:1'),
          'example.test/team': auth('team:2'),
          'example.test/te': auth('te:3'),
        },
      },
      '.docker/config.json': { auths: { 'example.test': auth('docker:4') } },
    });
    expect(await findCredentials(names, 'team/app', env, nobody)).toMatchObject({ username: 'team' });
    expect(await findCredentials(names, 'other/app', env, nobody)).toMatchObject({ username: 'host' });
  });

  it('helpers: the registry’s own before the general one, both before the file; only plain names are run', async () => {
    const config = {
      auths: { 'example.test': auth('file:1') },
      credsStore: 'store',
      credHelpers: { 'example.test': 'own' },
    };
    const asked: string[] = [];
    const run = (answer: string | undefined) => async (program: string, server: string) => {
      asked.push(`${program} ${server}`);
      return answer;
    };
    const own = run('{"Username":"<token>","Secret":"s"}');
    expect(await findCredentials(names, 'app', home({ '.docker/config.json': config }), own)).toEqual({
      kind: 'identity',
      token: 's',
    });
    const { credHelpers: _, ...general } = config;
    expect(
      await findCredentials(names, 'app', home({ '.docker/config.json': general }), run('not json')),
    ).toMatchObject({ username: 'file' });
    const evil = { ...general, credsStore: '../../bin/sh' };
    expect(
      await findCredentials(names, 'app', home({ '.docker/config.json': evil }), run('{}')),
    ).toMatchObject({ username: 'file' });
    expect(asked).toEqual(['docker-credential-own example.test', 'docker-credential-store example.test']);
  });

  it('files that are damaged or missing say nothing', async () => {
    for (const text of ['{', '[]', '{"auths":[]}', '{"auths":{"example.test":{"auth":"!"}}}']) {
      expect(
        await findCredentials(names, 'app', home({ '.docker/config.json': text }), nobody),
      ).toBeUndefined();
    }
    expect(await findCredentials(names, 'app', home({}), nobody)).toBeUndefined();
  });
});

describe('retry', () => {
  it('knows what may pass', () => {
    expect([408, 429, 500, 502, 503, 504].every(isPassing)).toBe(true);
    expect([200, 301, 400, 401, 403, 404, 501].some(isPassing)).toBe(false);
  });

  it('waits longer each time, or as it is told, never too long', () => {
    const policy = { ...defaultRetry, delay: 100, longest: 5000 };
    for (const [attempt, least] of [
      [1, 50],
      [2, 100],
      [3, 200],
    ] as const) {
      expect(waitTime(policy, attempt, undefined)).toBeGreaterThanOrEqual(least);
      expect(waitTime(policy, attempt, undefined)).toBeLessThanOrEqual(least * 3);
    }
    expect(waitTime(policy, 20, undefined)).toBe(5000);
    expect(waitTime(policy, 1, '2')).toBe(2000);
    expect(waitTime(policy, 1, '3600')).toBe(5000);
    expect(waitTime(policy, 1, new Date(10_000).toUTCString(), 8_000)).toBe(2000);
    expect(waitTime(policy, 1, 'soon')).toBeLessThanOrEqual(150);
  });
});
