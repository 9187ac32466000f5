import { createHmac } from 'node:crypto';

/**
 * The signature of Standard Webhooks 1.0, so that receivers can check it with that project's libraries: HMAC-SHA256
 * over `id.timestamp.body`. The key is what follows `whsec_`, base64; any other secret is taken as it is.
 */
export function signature(secret: string, id: string, timestamp: number, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
