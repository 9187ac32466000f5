import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Json, objectOf, parseJson, textOf } from '../json.ts';

export type Credentials =
  | { kind: 'password'; username: string; password: string }
  /** A token that is changed for others at the registry's token service. */
  | { kind: 'identity'; token: string };

type Env = Readonly<Record<string, string | undefined>>;

/** Milliseconds for a credential helper; it may ask the user's key ring. */
const helperTime = 30_000;
const helperBytes = 64 * 1024;

/** Runs a credential helper; replaced in tests. */
export type RunHelper = (program: string, server: string) => Promise<string | undefined>;

/**
 * Credentials for an image, from the files that Docker and Podman keep: a helper of the registry's own, the
 * general helper, what is written in the file. `names` are the registry's names, the first is tried first.
 */
export async function findCredentials(
  names: readonly string[],
  repository: string,
  env: Env,
  run: RunHelper = runHelper,
): Promise<Credentials | undefined> {
  for (const path of configFiles(env)) {
    const config = readConfig(path);
    if (config === undefined) continue;
    const found = (await fromHelper(config, names, run)) ?? fromAuths(config, names, repository);
    if (found) return found;
  }
  return undefined;
}

/** containers-auth.json(5), then Docker's own. */
function configFiles(env: Env): string[] {
  const home = env.HOME ?? homedir();
  const runtime = env.XDG_RUNTIME_DIR;
  return [
    env.REGISTRY_AUTH_FILE,
    runtime && join(runtime, 'containers/auth.json'),
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'containers/auth.json'),
    join(env.DOCKER_CONFIG ?? join(home, '.docker'), 'config.json'),
  ].filter((path): path is string => path !== undefined && path !== '');
}

function readConfig(path: string): Record<string, Json> | undefined {
  try {
    return objectOf(parseJson(readFileSync(path), path));
  } catch {
    return undefined;
  }
}

async function fromHelper(
  config: Record<string, Json>,
  names: readonly string[],
  run: RunHelper,
): Promise<Credentials | undefined> {
  const helpers = objectOf(config.credHelpers);
  for (const name of names) {
    const helper = textOf(helpers[name]) || textOf(config.credsStore);
    if (!/^[\w.-]+$/.test(helper)) continue;
    const output = await run(`docker-credential-${helper}`, name);
    const answer = output === undefined ? {} : objectOf(parseOutput(output));
    const username = textOf(answer.Username);
    const secret = textOf(answer.Secret);
    if (secret === '') continue;
    return username === '<token>'
      ? { kind: 'identity', token: secret }
      : { kind: 'password', username, password: secret };
  }
  return undefined;
}

function parseOutput(output: string): Json {
  try {
    return parseJson(Buffer.from(output), 'credential helper');
  } catch {
    return null;
  }
}

/** Podman's keys may go on with a repository; the longest that fits counts. */
function fromAuths(
  config: Record<string, Json>,
  names: readonly string[],
  repository: string,
): Credentials | undefined {
  const auths = Object.entries(objectOf(config.auths)).map(([key, value]) => ({
    key: plainKey(key),
    value: objectOf(value),
  }));
  for (const name of names) {
    const whole = `${plainKey(name)}/${repository}`;
    const fitting = auths.filter(
      ({ key }) => key === plainKey(name) || whole === key || whole.startsWith(`${key}/`),
    );
    fitting.sort((a, b) => b.key.length - a.key.length);
    for (const { value } of fitting) {
      const found = parseAuth(value);
      if (found) return found;
    }
  }
  return undefined;
}

function parseAuth(value: Record<string, Json>): Credentials | undefined {
  const identity = textOf(value.identitytoken);
  if (identity) return { kind: 'identity', token: identity };
  const pair = Buffer.from(textOf(value.auth), 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = pair.indexOf(':');
  if (colon > 0) return { kind: 'password', username: pair.slice(0, colon), password: pair.slice(colon + 1) };
  const username = textOf(value.username);
  return username ? { kind: 'password', username, password: textOf(value.password) } : undefined;
}

/** `https://host/v1/` → `host` */
function plainKey(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, '');
}

/** Asks a helper on its standard input; no shell. Undefined when it fails or knows nothing. */
function runHelper(program: string, server: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], timeout: helperTime });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > helperBytes) child.kill();
    });
    child.on('error', () => resolve(undefined));
    child.on('close', (status) => resolve(status === 0 ? output : undefined));
    child.stdin.on('error', () => {});
    child.stdin.end(server);
  });
}
