import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../testing/certificates.ts';
import { sampleAudit, seenOften } from '../testing/sample-audit.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { signature } from './signature.ts';
import { type WebhookOptions, webhookSink } from './webhook.ts';

interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

const signal = new AbortController().signal;
const good: Answer = (response) => response.writeHead(204).end();

async function receiver(answer: Answer = good, server: Server = createServer()) {
  const asked: Asked[] = [];
  server.on('request', (request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body };
      asked.push(one);
      answer(response, one);
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/hook`, asked };
}

function sinkTo(url: string, more: Partial<WebhookOptions> = {}) {
  const sink = webhookSink({ name: 'hook', url, ...more }, JSON.stringify);
  onTestFinished(() => sink.close?.());
  return sink;
}

it('posts each audit by itself, known by its id', async () => {
  const { url, asked } = await receiver();
  const audits = [sampleAudit('a'), seenOften(sampleAudit('b'), 4)];
  await sinkTo(url, { headers: { authorization: 'Bearer x' } }).deliver(audits, signal);
  expect(asked.map(({ body }) => JSON.parse(body))).toEqual(audits);
  expect(asked.map(({ headers }) => headers['idempotency-key'])).toEqual(['a', 'b-4']);
  expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer x', 'content-type': 'application/json' });
  expect(asked[0]?.headers['webhook-signature']).toBeUndefined();
});

it('posts a batch as a list, whose id is the same when it comes again', async () => {
  const { url, asked } = await receiver();
  const sink = sinkTo(url, { body: 'batch' });
  const audits = [sampleAudit('a'), sampleAudit('b')];
  await sink.deliver(audits, signal);
  await sink.deliver(audits, signal);
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual(audits);
  expect(asked[0]?.headers['webhook-id']).toMatch(/^[0-9a-f]{64}$/);
  expect(asked[1]?.headers['webhook-id']).toBe(asked[0]?.headers['webhook-id']);
});

it('signs so that a receiver can check it as docs/audits.md says', async () => {
  const { url, asked } = await receiver();
  const key = Buffer.from('a key of some length');
  await sinkTo(url, { secret: `whsec_${key.toString('base64')}` }).deliver([sampleAudit('é')], signal);
  const { headers, body } = asked[0]!;
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest();
  const [version, given = ''] = String(headers['webhook-signature']).split(',');
  expect(version).toBe('v1');
  expect(timingSafeEqual(Buffer.from(given, 'base64'), expected)).toBe(true);
  expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
});

it('agrees with the example of the specification of Standard Webhooks', () => {
  const [secret, id] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek'];
  expect(signature(secret, id, 1_614_265_330, '{"test": 2432232314}')).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

it.each<[number, boolean, number]>([
  [500, false, 0],
  [429, false, 7000],
  [404, false, 0],
  [400, true, 0],
  [422, true, 0],
  [302, false, 0],
])('answer %i: refused %s', async (status, isRefusal, retryAfterMs) => {
  const { url } = await receiver((response, { body }) => {
    if (body.includes('"id":"a"')) return good(response, { path: '', headers: {}, body });
    response.writeHead(status, retryAfterMs > 0 ? { 'retry-after': '7' } : {}).end();
  });
  await expect(sinkTo(url).deliver([sampleAudit('a'), sampleAudit('b')], signal)).rejects.toMatchObject({
    delivered: 1,
    isRefusal,
    retryAfterMs,
    message: expect.stringContaining(String(status)),
  });
});

it('follows a redirect on its host, and to no other', async () => {
  const other = await receiver();
  const { url, asked } = await receiver((response, { path }) => {
    if (path === '/hook') response.writeHead(307, { location: '/moved' }).end();
    else if (path === '/moved') response.writeHead(308, { location: other.url }).end();
  });
  await expect(sinkTo(url, { secret: 's' }).deliver([sampleAudit('a')], signal)).rejects.toThrow(
    'not followed',
  );
  expect(asked.map(({ path }) => path)).toEqual(['/hook', '/moved']);
  expect(other.asked).toEqual([]);
});

it('gives up on a receiver that does not answer, and when the delivery ends', async () => {
  const { url } = await receiver(() => {});
  await expect(sinkTo(url, { timeoutMs: 50 }).deliver([sampleAudit('a')], signal)).rejects.toThrow(
    'no answer',
  );
  const end = new AbortController();
  const delivery = sinkTo(url).deliver([sampleAudit('a')], end.signal);
  end.abort();
  await expect(delivery).rejects.toThrow();
});

it('HTTPS: with an own authority, and not without', async () => {
  const { cert, key, certFile } = selfSigned(temporaryFolder());
  const { url, asked } = await receiver(good, createHttpsServer({ cert, key }));
  const address = url.replace('http:', 'https:');
  await expect(sinkTo(address).deliver([sampleAudit('a')], signal)).rejects.toThrow(/self-signed/);
  await sinkTo(address, { caFile: certFile }).deliver([sampleAudit('a')], signal);
  expect(asked).toHaveLength(1);
});

it('takes addresses of http and https only', () => {
  expect(() => sinkTo('file:///etc/passwd')).toThrow('no address of http');
});
