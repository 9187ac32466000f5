import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BerthwatchError } from '../../base/errors.ts';

/** Where a container engine's API may answer. */
export interface Endpoint {
  /** For messages, and to tell engines apart. */
  name: string;
  connect:
    | { kind: 'socket'; path: string }
    | { kind: 'tcp'; host: string; port: number; tls: { ca: Buffer; cert: Buffer; key: Buffer } | undefined };
}

type Env = Readonly<Record<string, string | undefined>>;

/** DOCKER_HOST (or Podman's CONTAINER_HOST) alone when it is set, otherwise the usual sockets. Throws USAGE. */
export function endpoints(env: Env, platform: NodeJS.Platform = process.platform): Endpoint[] {
  const named = env.DOCKER_HOST || env.CONTAINER_HOST;
  if (named) return [parseEndpoint(named, env)];
  if (platform === 'win32') return ['//./pipe/docker_engine', '//./pipe/podman-machine-default'].map(socket);
  const home = env.HOME ?? homedir();
  const runtime = env.XDG_RUNTIME_DIR;
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ].map(socket);
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
