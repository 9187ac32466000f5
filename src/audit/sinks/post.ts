import * as http from 'node:http';
import * as https from 'node:https';

interface Post {
  url: URL;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
  agent: http.Agent | https.Agent;
}

export interface Reply {
  status: number;
  /** Milliseconds, from `retry-after` (RFC 9110 section 10.2.3). */
  retryAfterMs: number;
  location: string | undefined;
}

/** One request; what the receiver says beyond its status is not read. Rejects when there is no answer in time. */
export function post({ url, headers, body, timeoutMs, agent }: Post, signal: AbortSignal): Promise<Reply> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const ask = request(url, { method: 'POST', headers, agent, signal }, (answer) => {
      clearTimeout(timer);
      // A long answer would be read without end: the connection is given up instead.
      answer.once('error', () => {});
      if (Number(answer.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= 64 * 1024) answer.resume();
      else answer.destroy();
      resolve({
        status: answer.statusCode ?? 0,
        retryAfterMs: retryAfter(answer.headers['retry-after']),
        location: answer.headers.location,
      });
    });
    const timer = setTimeout(() => ask.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    ask.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    ask.end(body);
  });
}

function retryAfter(value: string | undefined): number {
  if (value === undefined) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
