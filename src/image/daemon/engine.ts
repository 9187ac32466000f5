import * as http from 'node:http';
import * as https from 'node:https';
import { BerthwatchError } from '../../base/errors.ts';
import { jsonBytes } from '../bounds.ts';
import { type Json, parseJson } from '../json.ts';
import type { Endpoint } from './endpoints.ts';

/** Milliseconds until a connection must stand; what an engine then does may take long. */
const connectTime = 5_000;

/** The API of one container engine (Docker Engine API; Podman offers the same). */
export class Engine {
  readonly endpoint: Endpoint;
  readonly #signal: AbortSignal | undefined;

  constructor(endpoint: Endpoint, signal: AbortSignal | undefined) {
    this.endpoint = endpoint;
    this.#signal = signal;
  }

  /** What the engine knows of an image, and the version of its API; undefined when it has none of that name. */
  async inspect(
    image: string,
    platform: string | undefined,
  ): Promise<{ document: Json; apiVersion: string } | undefined> {
    const response = await this.#get(`/images/${encodeName(image)}/json${query(platform)}`);
    const document = await readJson(response, this.endpoint.name);
    if (response.statusCode === 404) return undefined;
    if (response.statusCode !== 200) throw this.#refused(response, document);
    return { document, apiVersion: String(response.headers['api-version'] ?? '') };
  }

  /** The image as a `docker save` archive. Throws DAEMON_UNREACHABLE. */
  async export(image: string, platform: string | undefined): Promise<AsyncIterable<Buffer>> {
    const response = await this.#get(`/images/${encodeName(image)}/get${query(platform)}`);
    if (response.statusCode !== 200)
      throw this.#refused(response, await readJson(response, this.endpoint.name));
    return chunksOf(response, this.endpoint.name);
  }

  #get(path: string): Promise<http.IncomingMessage> {
    const { connect } = this.endpoint;
    const isTls = connect.kind === 'tcp' && connect.tls !== undefined;
    const where =
      connect.kind === 'socket'
        ? { socketPath: connect.path, host: 'localhost' }
        : { host: connect.host, port: connect.port, ...connect.tls };
    const options = { ...where, path, ...(this.#signal ? { signal: this.#signal } : {}) };
    return new Promise((resolve, reject) => {
      const request = (isTls ? https : http).get(options, resolve);
      const timer = setTimeout(() => request.destroy(new Error('it does not answer')), connectTime);
      request.on('socket', (socket) => {
        // A connection that an earlier request left open says nothing any more.
        if (request.reusedSocket) clearTimeout(timer);
        else socket.once(isTls ? 'secureConnect' : 'connect', () => clearTimeout(timer));
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(this.#signal?.aborted ? error : unreachable(this.endpoint.name, error));
      });
    });
  }

  #refused(response: http.IncomingMessage, document: Json): BerthwatchError {
    const said = (document as { message?: unknown } | null)?.message;
    const text = typeof said === 'string' ? said.slice(0, 300) : `status ${response.statusCode}`;
    return new BerthwatchError('DAEMON_UNREACHABLE', `the container engine answers: ${text}`, {
      place: this.endpoint.name,
    });
  }
}

/** `name/of:tag` in a path: everything but the slashes is escaped. */
function encodeName(image: string): string {
  return image.split('/').map(encodeURIComponent).join('/');
}

/** The engine takes platforms as JSON (API 1.48 and later). */
function query(platform: string | undefined): string {
  if (platform === undefined) return '';
  const [os, architecture, variant] = platform.split('/');
  return `?platform=${encodeURIComponent(JSON.stringify({ os, architecture, ...(variant ? { variant } : {}) }))}`;
}

async function readJson(response: http.IncomingMessage, place: string): Promise<Json> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > jsonBytes) throw new BerthwatchError('LIMIT_EXCEEDED', 'the answer is too large', { place });
    parts.push(part);
  }
  try {
    return parseJson(Buffer.concat(parts), place);
  } catch {
    return null;
  }
}

async function* chunksOf(response: http.IncomingMessage, place: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) yield chunk;
  } catch (cause) {
    throw new BerthwatchError('DAEMON_UNREACHABLE', 'the connection to the container engine broke', {
      place,
      cause,
    });
  }
}

function unreachable(place: string, cause: NodeJS.ErrnoException): BerthwatchError {
  if (cause.code === 'EACCES' || cause.code === 'EPERM') {
    return new BerthwatchError('DAEMON_UNREACHABLE', "you may not use the container engine's socket", {
      place,
      cause,
      next: 'run as a user who may (mostly: a member of the group that owns the socket), or save the image and use docker-archive:',
    });
  }
  return new BerthwatchError(
    'DAEMON_UNREACHABLE',
    `no container engine answers (${cause.code ?? cause.message})`,
    {
      place,
      cause,
      next: 'start Docker or Podman, set DOCKER_HOST to its socket, or save the image and use docker-archive:',
    },
  );
}
