import { BerthwatchError } from '../../base/errors.ts';
import { parseJson } from '../json.ts';
import { Authorizer } from './authorizer.ts';
import type { Credentials } from './credentials.ts';
import { type Answer, HttpClient, type HttpOptions, readAnswer } from './http.ts';
import type { ImageName } from './name.ts';
import { isPassing, pause, type RetryPolicy, waitTime } from './retry.ts';

export interface ClientOptions extends HttpOptions {
  retry: RetryPolicy;
  /** Found only when the registry asks for them. */
  credentials: () => Promise<Credentials | undefined>;
}

/** Speaks with one repository of a registry (OCI distribution-spec, pull). */
export class RegistryClient {
  readonly #name: ImageName;
  readonly #options: ClientOptions;
  readonly #http: HttpClient;
  readonly #authorizer: Authorizer;
  #base: URL | undefined;

  constructor(name: ImageName, options: ClientOptions) {
    this.#name = name;
    this.#options = options;
    this.#http = new HttpClient(options);
    this.#authorizer = new Authorizer(this.#http, `repository:${name.repository}:pull`, options);
  }

  close(): void {
    this.#http.close();
  }

  /** Asks for a path below the repository, with what authorisation and patience it takes. Throws BerthwatchError. */
  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    this.#base ??= await this.#ping();
    const url = new URL(`/v2/${this.#name.repository}/${path}`, this.#base);
    return this.#patiently(url, headers);
  }

  /** Finds out how the registry is reached (distribution-spec, "Determining Support"). */
  async #ping(): Promise<URL> {
    const secure = new URL(`https://${this.#name.host}/v2/`);
    try {
      const answer = await this.#attempts(secure, {});
      answer.body.resume();
      this.#authorizer.note(answer);
      return secure;
    } catch (error) {
      if (!this.#options.insecure || this.#options.signal?.aborted) throw error;
      const plain = new URL(`http://${this.#name.host}/v2/`);
      const answer = await this.#attempts(plain, {});
      answer.body.resume();
      this.#authorizer.note(answer);
      return plain;
    }
  }

  async #patiently(url: URL, headers: Record<string, string>): Promise<Answer> {
    for (let round = 0; ; round++) {
      const authorization = await this.#authorizer.header(url);
      const answer = await this.#attempts(url, { ...headers, ...authorization });
      if (answer.status < 300) return answer;
      if (answer.status === 401 && round < 2 && this.#authorizer.note(answer)) {
        answer.body.resume();
        continue;
      }
      throw await this.#refusal(answer);
    }
  }

  /** Tries again while the trouble may pass. */
  async #attempts(url: URL, headers: Record<string, string>): Promise<Answer> {
    const { retry, signal } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= retry.attempts;
      try {
        const answer = await this.#http.ask(url, { headers });
        if (isLast || !isPassing(answer.status)) return answer;
        answer.body.resume();
        await pause(waitTime(retry, attempt, answer.headers['retry-after']), signal);
      } catch (error) {
        if (signal?.aborted) throw error;
        if (isLast || !isPassingError(error)) throw unreachable(url, error);
        await pause(waitTime(retry, attempt, undefined), signal);
      }
    }
  }

  async #refusal(answer: Answer): Promise<BerthwatchError> {
    const place = `${this.#name.registry}/${this.#name.repository}`;
    const said = await errorText(answer);
    const { status } = answer;
    if (status === 401 || status === 403) {
      return new BerthwatchError('REGISTRY_DENIED', `the registry refuses it (${said})`, {
        place,
        next: `log in with \`docker login ${this.#name.registry}\` (or podman login), or check the name`,
      });
    }
    if (status === 404) {
      return new BerthwatchError(
        'SOURCE_NOT_FOUND',
        `the registry has no ${this.#name.reference} of it (${said})`,
        {
          place,
          next: 'check the name and the tag',
        },
      );
    }
    return new BerthwatchError('REGISTRY_UNREACHABLE', `the registry answers ${said}`, {
      place,
      next: 'try again later',
    });
  }
}

/** The registry's own words (distribution-spec, "Error Codes"). */
async function errorText(answer: Answer): Promise<string> {
  try {
    const body = parseJson(await readAnswer(answer, 64 * 1024), 'answer') as {
      errors?: { code?: unknown; message?: unknown }[];
    };
    const first = body?.errors?.[0];
    const words = [first?.code, first?.message].filter((word) => typeof word === 'string').join(': ');
    return words === '' ? `status ${answer.status}` : words.replace(/[\x00-\x1f\x7f]/g, ' ').slice(0, 300);
  } catch {
    return `status ${answer.status}`;
  }
}

const hopeless = /CERT|SELF_SIGNED|UNABLE_TO_|ENOTFOUND|ERR_TLS|ERR_SSL|EPROTO|ECONNREFUSED|ERR_INVALID/;

/** Trouble on the way may pass; a wrong certificate or name does not. */
function isPassingError(error: unknown): boolean {
  return !hopeless.test(String((error as NodeJS.ErrnoException).code ?? ''));
}

function unreachable(url: URL, cause: unknown): BerthwatchError {
  if (cause instanceof BerthwatchError) return cause;
  const code = String((cause as NodeJS.ErrnoException).code ?? '');
  const isTls = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/.test(code);
  const text = cause instanceof Error ? cause.message : String(cause);
  return new BerthwatchError('REGISTRY_UNREACHABLE', `${url.host} can't be reached: ${text || code}`, {
    place: url.origin,
    cause,
    next: isTls
      ? 'name its certificate authority with --ca, or allow it with --insecure if you know whom you speak to'
      : 'check the host, the network, and whether it needs --insecure (plain http)',
  });
}
