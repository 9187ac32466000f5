import * as http from 'node:http';
import * as https from 'node:https';
import { BerthwatchError } from '../../base/errors.ts';
import { jsonBytes } from '../bounds.ts';
import { type Json, parseJson } from '../json.ts';
import type { Endpoint } from './endpoints.ts';

/** Milliseconds until a connection must stand; what an engine then does may take long. */
const connectTime = 5_000;

export interface ConnectionOptions {
  signal?: AbortSignal | undefined;
  /** What else the user can do where no engine answers, after a comma. */
  otherwise?: string;
}

export interface RequestOptions {
  /** Milliseconds until the whole answer must be there. */
  deadline?: number;
  signal?: AbortSignal | undefined;
}

/** An answer that was read as a whole: its status, headers and JSON document (null where there is none). */
export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  document: Json;
}

/** Speaks HTTP to one container engine. Everything here throws DAEMON_UNREACHABLE, or LIMIT_EXCEEDED. */
export class Connection {
  readonly endpoint: Endpoint;
  readonly #signal: AbortSignal | undefined;
  readonly #otherwise: string;

  constructor(endpoint: Endpoint, { signal, otherwise = '' }: ConnectionOptions = {}) {
    this.endpoint = endpoint;
    this.#signal = signal;
    this.#otherwise = otherwise;
  }

  async json(path: string, options: RequestOptions & { bytes?: number } = {}): Promise<Answer> {
    const response = await this.get(path, options);
    const document = await readJson(response, this.endpoint.name, options.bytes ?? jsonBytes);
    return { status: response.statusCode ?? 0, headers: response.headers, document };
  }

  /** The answer's head; its body is read from it, and is the reader's to bound. */
  get(path: string, requested: RequestOptions = {}): Promise<http.IncomingMessage> {
    const { deadline, signal = this.#signal } = requested;
    const { connect } = this.endpoint;
    const isTls = connect.kind === 'tcp' && connect.tls !== undefined;
    const where =
      connect.kind === 'socket'
        ? { socketPath: connect.path, host: 'localhost' }
        : { host: connect.host, port: connect.port, ...connect.tls };
    const options = { ...where, path, ...(signal ? { signal } : {}) };
    return new Promise((resolve, reject) => {
      const request = (isTls ? https : http).get(options, resolve);
      const late = () => request.destroy(new Error('it does not answer'));
      const timer = setTimeout(late, connectTime);
      const end = deadline === undefined ? undefined : setTimeout(late, deadline);
      request.on('socket', (socket) => {
        // A connection that an earlier request left open says nothing any more.
        if (request.reusedSocket) clearTimeout(timer);
        else socket.once(isTls ? 'secureConnect' : 'connect', () => clearTimeout(timer));
      });
      request.on('close', () => clearTimeout(end));
      request.on('error', (error) => {
        clearTimeout(timer);
        // The engine closed the connection of an earlier request, perhaps because it was started anew.
        if (request.reusedSocket && isBroken(error)) resolve(this.get(path, requested));
        else reject(signal?.aborted ? error : this.#unreachable(error));
      });
    });
  }

  /** The error for an answer that is none of the wanted ones. */
  refused(status: number | undefined, document: Json): BerthwatchError {
    const said = (document as { message?: unknown } | null)?.message;
    const text = typeof said === 'string' ? said.slice(0, 300) : `status ${status}`;
    return new BerthwatchError('DAEMON_UNREACHABLE', `the container engine answers: ${text}`, {
      place: this.endpoint.name,
    });
  }

  #unreachable(cause: NodeJS.ErrnoException): BerthwatchError {
    const place = this.endpoint.name;
    if (cause.code === 'EACCES' || cause.code === 'EPERM') {
      return new BerthwatchError('DAEMON_UNREACHABLE', "you may not use the container engine's socket", {
        place,
        cause,
        next: `run as a user who may (mostly: a member of the group that owns the socket)${this.#otherwise}`,
      });
    }
    return new BerthwatchError(
      'DAEMON_UNREACHABLE',
      `no container engine answers (${cause.code ?? cause.message})`,
      {
        place,
        cause,
        next: `start Docker or Podman, set DOCKER_HOST to its socket${this.#otherwise}`,
      },
    );
  }
}

function isBroken({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** Reads an answer's JSON; null where it is none. */
export async function readJson(response: http.IncomingMessage, place: string, bytes: number): Promise<Json> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of chunksOf(response, place)) {
    length += part.length;
    if (length > bytes) throw new BerthwatchError('LIMIT_EXCEEDED', 'the answer is too large', { place });
    parts.push(part);
  }
  try {
    return parseJson(Buffer.concat(parts), place, bytes);
  } catch {
    return null;
  }
}

/** An answer's body as it comes. Throws DAEMON_UNREACHABLE when it breaks off. */
export async function* chunksOf(response: http.IncomingMessage, place: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) yield chunk;
  } catch (cause) {
    throw new BerthwatchError('DAEMON_UNREACHABLE', 'the connection to the container engine broke', {
      place,
      cause,
    });
  }
}
