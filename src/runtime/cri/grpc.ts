import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
} from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { BerthwatchError } from '../../base/errors.ts';

/** Milliseconds until a call that answers once has answered. */
const callTime = 10_000;

/** Bytes of one message. */
const messageBytes = 16 * 1024 * 1024;

/** Bytes before a message: whether it is compressed, and its length. */
const prefixBytes = 5;

/** Statuses of gRPC ("Status codes and their use in gRPC") that are an answer rather than a trouble. */
export const notFound = 5;
export const unimplemented = 12;

/** A call that ended with another status than 0; `status` is -1 where the connection broke. */
export class GrpcError extends BerthwatchError {
  readonly status: number;

  constructor(status: number, message: string, place: string, cause?: unknown) {
    super('DAEMON_UNREACHABLE', message, { place, cause });
    this.status = status;
  }
}

/** Calls over one connection to a Unix socket ("gRPC over HTTP2"). Everything here throws GrpcError. */
export class Channel {
  readonly #path: string;
  readonly #session: ClientHttp2Session;
  #broken: Error | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#session = connect('http://localhost', { createConnection: () => connectSocket(path) });
    // Told to each call; without a listener it would end the program.
    this.#session.on('error', (error) => {
      this.#broken ??= error;
    });
  }

  /** A call with one answer. */
  async call(method: string, request: Buffer): Promise<Buffer> {
    let answer: Buffer | undefined;
    const signal = AbortSignal.timeout(callTime);
    for await (const message of this.stream(method, request, signal)) answer ??= message;
    if (answer === undefined) throw new GrpcError(-1, 'the container runtime answers nothing', this.#path);
    return answer;
  }

  /** A call with any number of answers, until the runtime ends it or `signal` does. */
  async *stream(method: string, request: Buffer, signal: AbortSignal): AsyncGenerator<Buffer> {
    const end: { headers?: IncomingHttpHeaders; trailers?: IncomingHttpHeaders } = {};
    const stream = this.#open(method, signal);
    stream.on('response', (headers) => {
      end.headers = headers;
    });
    stream.on('trailers', (trailers) => {
      end.trailers = trailers;
    });
    stream.end(framed(request));
    try {
      yield* messages(stream, this.#path);
    } catch (cause) {
      throw cause instanceof GrpcError ? cause : this.#brokenBy(cause, signal);
    } finally {
      stream.destroy();
    }
    if (end.headers === undefined) {
      throw new GrpcError(-1, 'the connection to the container runtime broke', this.#path, this.#broken);
    }
    this.#judge(end.headers, end.trailers ?? {});
  }

  close(): void {
    this.#session.destroy();
  }

  #open(method: string, signal: AbortSignal): ClientHttp2Stream {
    const headers = {
      ':method': 'POST',
      ':path': `/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    };
    try {
      return this.#session.request(headers, { signal });
    } catch (cause) {
      throw this.#brokenBy(cause, signal);
    }
  }

  /** A runtime that has no answer at all sends its status with the headers. */
  #judge(headers: IncomingHttpHeaders, trailers: IncomingHttpHeaders): void {
    const { 'grpc-status': status, 'grpc-message': said } = trailers['grpc-status'] ? trailers : headers;
    if (status === '0') return;
    const text = unescaped(String(said ?? `status ${headers[':status']}`)).slice(0, 300);
    const code = /^\d+$/.test(String(status)) ? Number(status) : -1;
    throw new GrpcError(code, `the container runtime answers: ${text}`, this.#path);
  }

  #brokenBy(error: unknown, signal: AbortSignal): GrpcError {
    const cause = (this.#broken ?? error) as NodeJS.ErrnoException;
    const isDenied = cause.code === 'EACCES' || cause.code === 'EPERM';
    const reason = signal.aborted ? 'it does not answer' : (cause.code ?? cause.message);
    const message = isDenied
      ? "you may not use the container runtime's socket"
      : `no container runtime answers (${reason})`;
    return new GrpcError(-1, message, this.#path, cause);
  }
}

function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

async function* messages(chunks: AsyncIterable<Buffer>, place: string): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  let wanted = prefixBytes;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length < wanted) continue;
    let bytes = Buffer.concat(parts);
    for (wanted = sizeOf(bytes, place); bytes.length >= wanted; wanted = sizeOf(bytes, place)) {
      yield bytes.subarray(prefixBytes, wanted);
      bytes = bytes.subarray(wanted);
    }
    parts = [bytes];
    length = bytes.length;
  }
}

/** Of the message at the start, with what stands before it; as much as is needed to tell where that is not there. */
function sizeOf(bytes: Buffer, place: string): number {
  if (bytes.length < prefixBytes) return prefixBytes;
  const size = bytes.readUInt32BE(1);
  if (bytes[0] !== 0 || size > messageBytes) {
    throw new GrpcError(-1, 'the container runtime sends what was not asked for', place);
  }
  return prefixBytes + size;
}

/** gRPC escapes its messages as URLs do. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
