import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Audit } from '../../model/audit.ts';
import { reasonOf } from '../problem.ts';
import { post, type Reply } from './post.ts';
import { signature } from './signature.ts';
import { DeliveryError, type Encode, type Sink } from './sink.ts';
import { readTls, type TlsFiles } from './tls.ts';

export interface WebhookOptions extends TlsFiles {
  name: string;
  url: string;
  /** `single`: one audit a request; `batch`: an array of them. */
  body?: 'single' | 'batch';
  /** Signs each request; docs/audits.md says how to check it. */
  secret?: string;
  secretFile?: string;
  /** For instance `authorization`. */
  headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one request. */
  timeoutMs?: number;
}

interface Target {
  url: URL;
  secret: string | undefined;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  agent: http.Agent;
}

const maxRedirects = 3;

/** Throws when the address is none of http or https, and the system's error where a file can't be read. */
export function webhookSink(options: WebhookOptions, encode: Encode): Sink {
  const target = targetOf(options);
  const one = (batch: readonly Audit[], text: string, signal: AbortSignal) =>
    request(target, idOf(batch), text, signal);
  return {
    name: options.name,
    deliver: async (batch, signal) => {
      if (options.body === 'batch') return one(batch, `[${batch.map(encode).join(',')}]`, signal);
      for (const [index, audit] of batch.entries()) {
        await one([audit], encode(audit), signal).catch((error) => {
          throw withDelivered(error, index);
        });
      }
    },
    close: async () => target.agent.destroy(),
  };
}

function targetOf(options: WebhookOptions): Target {
  const url = new URL(options.url);
  if (!/^https?:$/.test(url.protocol)) throw new Error(`${options.url} is no address of http or https`);
  const fromFile =
    options.secretFile === undefined ? undefined : readFileSync(options.secretFile, 'utf8').trim();
  const agentOptions = { keepAlive: true, maxSockets: 1 };
  return {
    url,
    secret: options.secret ?? fromFile,
    headers: options.headers ?? {},
    timeoutMs: options.timeoutMs ?? 10_000,
    agent:
      url.protocol === 'https:'
        ? new https.Agent({ ...agentOptions, ...readTls(options) })
        : new http.Agent(agentOptions),
  };
}

/**
 * By this the receiver knows a request that comes again: the audit's id, with the count where repeats were counted;
 * of several: a hash of all.
 */
function idOf(batch: readonly Audit[]): string {
  const ids = batch.map(({ id, forensics }) => (forensics.count > 1 ? `${id}-${forensics.count}` : id));
  const [only] = ids;
  if (ids.length === 1 && only !== undefined && /^[\w-]{1,200}$/.test(only)) return only;
  return createHash('sha256').update(ids.join('\n')).digest('hex');
}

async function request(target: Target, id: string, body: string, signal: AbortSignal): Promise<void> {
  let { url } = target;
  for (let redirects = 0; ; redirects++) {
    const reply = await once(target, url, id, body, signal);
    if (reply.status >= 200 && reply.status < 300) return;
    const next = redirectOf(reply, url);
    if (!next || redirects === maxRedirects) throw refusal(reply, url);
    url = next;
  }
}

async function once(target: Target, url: URL, id: string, body: string, signal: AbortSignal): Promise<Reply> {
  const timestamp = Math.floor(Date.now() / 1000);
  const { secret, agent, timeoutMs } = target;
  const headers = {
    ...target.headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'idempotency-key': id,
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    ...(secret === undefined ? {} : { 'webhook-signature': signature(secret, id, timestamp, body) }),
  };
  try {
    return await post({ url, headers, body, timeoutMs, agent }, signal);
  } catch (error) {
    throw new DeliveryError(`${url.host}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Audits and keys go to the configured host and to no other; 307 and 308 keep method and body (RFC 9110 15.4.8). */
function redirectOf({ status, location }: Reply, from: URL): URL | undefined {
  if ((status !== 307 && status !== 308) || location === undefined || !URL.canParse(location, from.href))
    return undefined;
  const next = new URL(location, from);
  return next.host === from.host && next.protocol === from.protocol ? next : undefined;
}

/** 408, 425 and 429 ask for another attempt; any other 4xx or 3xx means this request, whenever it comes. */
function refusal({ status, retryAfterMs, location }: Reply, url: URL): DeliveryError {
  const isRefusal = status >= 400 && status < 500 && ![401, 403, 404, 408, 425, 429].includes(status);
  const to = location === undefined ? '' : ` to ${location}, which is not followed`;
  return new DeliveryError(`${url.host} answered ${status}${to}`, { isRefusal, retryAfterMs });
}

function withDelivered(error: unknown, delivered: number): unknown {
  if (!(error instanceof DeliveryError)) return error;
  const { isRefusal, retryAfterMs, cause } = error;
  return new DeliveryError(error.message, { delivered, isRefusal, retryAfterMs, cause });
}
