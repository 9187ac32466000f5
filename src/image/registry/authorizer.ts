import { BerthwatchError } from '../../base/errors.ts';
import { objectOf, parseJson, textOf } from '../json.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { type Answer, type Ask, type HttpClient, readAnswer } from './http.ts';

export interface AuthorizerOptions {
  insecure: boolean;
  credentials: () => Promise<Credentials | undefined>;
}

/** Does what a registry's challenges ask for: a token from its token service, or name and password. */
export class Authorizer {
  readonly #http: HttpClient;
  readonly #scope: string;
  readonly #options: AuthorizerOptions;
  #challenge: Challenge | undefined;
  #origin: string | undefined;
  #header: Promise<string> | undefined;

  constructor(http: HttpClient, scope: string, options: AuthorizerOptions) {
    this.#http = http;
    this.#scope = scope;
    this.#options = options;
  }

  /** Looks at an answer; true when it is a challenge, which the next `header` will meet anew. */
  note(answer: Answer): boolean {
    const challenges = answer.status === 401 ? parseChallenges(answer.headers['www-authenticate'] ?? '') : [];
    const challenge = challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges[0];
    if (challenge === undefined) return false;
    this.#challenge = challenge;
    this.#origin = answer.url.origin;
    this.#header = undefined;
    return true;
  }

  /** The header for a request; nothing before a challenge, and nothing for another host. Throws BerthwatchError. */
  async header(url: URL): Promise<Record<string, string>> {
    const challenge = this.#challenge;
    if (challenge === undefined || url.origin !== this.#origin) return {};
    this.#header ??= this.#meet(challenge, url);
    const authorization = await this.#header;
    return authorization === '' ? {} : { authorization };
  }

  async #meet(challenge: Challenge, url: URL): Promise<string> {
    const credentials = await this.#options.credentials();
    if (challenge.scheme === 'bearer') return `Bearer ${await this.#token(challenge, credentials, url)}`;
    return credentials?.kind === 'password' ? basic(credentials) : '';
  }

  /** Distribution's token specification: "Requesting a Token", and for identity tokens "OAuth2 Token Authentication". */
  async #token({ parameters }: Challenge, credentials: Credentials | undefined, url: URL): Promise<string> {
    const realm = this.#realm(parameters.realm ?? '', url);
    const service = parameters.service ?? '';
    const scope = parameters.scope ?? this.#scope;
    let ask: Ask = {};
    if (credentials?.kind === 'identity') {
      const token = { refresh_token: credentials.token, client_id: 'berthwatch' };
      ask = { form: { grant_type: 'refresh_token', service, scope, ...token } };
    } else {
      if (service) realm.searchParams.set('service', service);
      for (const one of scope.split(' ')) realm.searchParams.append('scope', one);
      if (credentials) ask = { headers: { authorization: basic(credentials) } };
    }
    const answer = await this.#askRealm(realm, ask);
    const body = objectOf(parseJson(await readAnswer(answer), realm.origin));
    const token = textOf(body.token) || textOf(body.access_token);
    if (answer.status < 300 && /^[\x21-\x7e]+$/.test(token)) return token;
    throw new BerthwatchError('REGISTRY_DENIED', `its token service answers status ${answer.status}`, {
      place: realm.origin,
      next: credentials ? 'check the stored name and password: log in again' : 'log in with `docker login`',
    });
  }

  async #askRealm(realm: URL, ask: Ask): Promise<Answer> {
    try {
      return await this.#http.ask(realm, ask);
    } catch (cause) {
      const message = `its token service can't be reached: ${cause instanceof Error ? cause.message : cause}`;
      throw new BerthwatchError('REGISTRY_UNREACHABLE', message, { place: realm.origin, cause });
    }
  }

  /** A password must not go out in the clear because a registry says so. */
  #realm(text: string, url: URL): URL {
    const realm = URL.canParse(text) ? new URL(text) : undefined;
    const isAllowed = realm?.protocol === 'https:' || (realm?.protocol === 'http:' && this.#options.insecure);
    if (realm !== undefined && isAllowed) return realm;
    throw new BerthwatchError(
      'REGISTRY_DENIED',
      `its token service is at ${JSON.stringify(text.slice(0, 200))}`,
      {
        place: url.origin,
        next: 'only https is used for passwords, unless --insecure allows http',
      },
    );
  }
}

function basic(credentials: Extract<Credentials, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}
