import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { rootCertificates } from 'node:tls';
import { BerthwatchError } from '../../base/errors.ts';
import { jsonBytes } from '../bounds.ts';

export interface HttpOptions {
  /** Allow plain http, and certificates that nobody vouches for. */
  insecure: boolean;
  /** File with more certificate authorities, PEM. */
  caFile: string | undefined;
  signal: AbortSignal | undefined;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  url: URL;
  body: http.IncomingMessage;
}

export interface Ask {
  headers?: Record<string, string>;
  /** A form to be posted; otherwise GET. */
  form?: Record<string, string>;
}

const maxRedirects = 5;
/** Milliseconds without a byte. */
const silence = 30_000;

/** A small HTTP client: redirects (credentials stay with their host), own authorities, time bounds. */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #agents: { http: http.Agent; https: https.Agent };

  /** Throws SOURCE_UNREADABLE when the file of authorities can't be read. */
  constructor(options: HttpOptions) {
    this.#options = options;
    const ca =
      options.caFile === undefined ? undefined : [...rootCertificates, readAuthorities(options.caFile)];
    this.#agents = {
      http: new http.Agent({ keepAlive: true }),
      https: new https.Agent({
        keepAlive: true,
        rejectUnauthorized: !options.insecure,
        ...(ca ? { ca } : {}),
      }),
    };
  }

  /** Asks, following redirects. Rejects with the system's error when nobody answers. */
  async ask(url: URL, ask: Ask = {}): Promise<Answer> {
    let at = url;
    let headers = ask.headers ?? {};
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#once(at, headers, ask.form);
      const location = answer.headers.location;
      if (answer.status < 300 || answer.status >= 400 || location === undefined || ask.form) return answer;
      answer.body.resume();
      if (redirects === maxRedirects) throw new Error(`more than ${maxRedirects} redirects`);
      const next = new URL(location, at);
      if (
        next.protocol !== 'https:' &&
        !(next.protocol === 'http:' && (at.protocol === 'http:' || this.#options.insecure))
      ) {
        throw new Error(`a redirect to ${next.protocol}//${next.host}`);
      }
      if (next.host !== at.host || next.protocol !== at.protocol) headers = without(headers, 'authorization');
      at = next;
    }
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #once(
    url: URL,
    headers: Record<string, string>,
    form: Record<string, string> | undefined,
  ): Promise<Answer> {
    const isTls = url.protocol === 'https:';
    const body = form && new URLSearchParams(form).toString();
    const options: https.RequestOptions = {
      agent: isTls ? this.#agents.https : this.#agents.http,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'user-agent': 'berthwatch',
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(this.#options.signal ? { signal: this.#options.signal } : {}),
    };
    return new Promise((resolve, reject) => {
      const request = (isTls ? https : http).request(url, options, (response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, url, body: response });
      });
      request.setTimeout(silence, () =>
        request.destroy(new Error(`nothing came for ${silence / 1000} seconds`)),
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

/** A whole small answer. Throws LIMIT_EXCEEDED. */
export async function readAnswer(answer: Answer, limit: number = jsonBytes): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer.body as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > limit) {
      answer.body.destroy();
      throw new BerthwatchError('LIMIT_EXCEEDED', `the answer has more than ${limit} bytes`, {
        place: answer.url.href,
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BerthwatchError('SOURCE_UNREADABLE', "the file of certificate authorities can't be read", {
      place: path,
      cause,
    });
  }
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key.toLowerCase() !== name));
}
