import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BerthwatchError } from '../../base/errors.ts';
import { type Json, objectOf, parseJson, textOf } from '../json.ts';

/** Where a container engine's API may answer. */
export interface Endpoint {
  /** For messages, and to tell engines apart. */
  name: string;
  connect:
    | { kind: 'socket'; path: string }
    | { kind: 'tcp'; host: string; port: number; tls: { ca: Buffer; cert: Buffer; key: Buffer } | undefined };
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * DOCKER_HOST (or Podman's CONTAINER_HOST) alone when it is set, otherwise Docker's present context and the usual
 * sockets. Throws USAGE.
 */
export function endpoints(env: Env, platform: NodeJS.Platform = process.platform): Endpoint[] {
  const named = env.DOCKER_HOST || env.CONTAINER_HOST;
  if (named) return [parseEndpoint(named, env)];
  if (platform === 'win32') return ['//./pipe/docker_engine', '//./pipe/podman-machine-default'].map(socket);
  const context = contextHost(env);
  const home = env.HOME ?? homedir();
  const runtime = env.XDG_RUNTIME_DIR;
  const usual = [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ].map(socket);
  return context?.startsWith('unix://') ? [parseEndpoint(context, env), ...usual] : usual;
}

/** The engine that `docker context use` chose: the client keeps each context under the digest of its name. */
function contextHost(env: Env): string | undefined {
  const dir = env.DOCKER_CONFIG ?? join(env.HOME ?? homedir(), '.docker');
  const config = readObject(join(dir, 'config.json'));
  const name = env.DOCKER_CONTEXT || textOf(config.currentContext);
  if (name === '' || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = readObject(join(dir, 'contexts/meta', id, 'meta.json'));
  return textOf(objectOf(objectOf(meta.Endpoints).docker).Host) || undefined;
}

function readObject(path: string): { [name: string]: Json } {
  try {
    return objectOf(parseJson(readFileSync(path), path));
  } catch {
    return {};
  }
}

function socket(path: string): Endpoint {
  return { name: path, connect: { kind: 'socket', path } };
}

function parseEndpoint(text: string, env: Env): Endpoint {
  const [, scheme, rest = ''] = /^(unix|npipe|tcp|https?):\/\/(.*)$/.exec(text) ?? [];
  if (scheme === 'unix' || scheme === 'npipe') return { name: text, connect: { kind: 'socket', path: rest } };
  const url = scheme !== undefined && URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
  if (url === undefined || url.hostname === '') {
    throw new BerthwatchError(
      'USAGE',
      `${text} is not the address of a container engine that can be used here`,
      {
        place: 'DOCKER_HOST',
        next: 'use unix:///path/to/socket or tcp://host:port',
      },
    );
  }
  const tls = scheme === 'https' || env.DOCKER_TLS_VERIFY ? readCertificates(env) : undefined;
  return {
    name: text,
    connect: {
      kind: 'tcp',
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || (tls ? 2376 : 2375)),
      tls,
    },
  };
}

function readCertificates(env: Env): { ca: Buffer; cert: Buffer; key: Buffer } {
  const dir = env.DOCKER_CERT_PATH ?? join(env.HOME ?? homedir(), '.docker');
  try {
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFileSync(join(dir, name)));
    return { ca, cert, key } as { ca: Buffer; cert: Buffer; key: Buffer };
  } catch (cause) {
    throw new BerthwatchError('DAEMON_UNREACHABLE', "the engine's certificates can't be read", {
      place: dir,
      cause,
      next: 'put ca.pem, cert.pem and key.pem there, or set DOCKER_CERT_PATH',
    });
  }
}
