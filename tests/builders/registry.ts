import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ImageDescription, layoutFiles, sha256 } from './image.ts';

/** How a registry for tests behaves. It serves HTTP for real, on a port of its own. */
export interface RegistryOptions {
  /** What it asks of who pulls. */
  auth?: { kind: 'none' } | { kind: 'basic' | 'token'; username: string; password: string };
  /** Called before an answer; may answer by itself (and return true), for instance with an error. */
  trouble?: (request: http.IncomingMessage, response: http.ServerResponse, count: number) => boolean;
  /** Breaks the connection after so many bytes of a blob, so many times in all. */
  breaks?: { after: number; times: number };
  /** Answers ranges with the whole blob. */
  ignoresRanges?: boolean;
  /** Sends blobs from another host, which must not see the token. */
  redirectsBlobs?: boolean;
  /** Changes a blob on its way. */
  tamper?: (digest: string, bytes: Buffer) => Buffer;
  tls?: { key: Buffer; cert: Buffer };
}

export interface TestRegistry {
  /** `127.0.0.1:PORT` */
  host: string;
  /** Every request: path, and whether it carried credentials. */
  log: { path: string; authorization: string | undefined; range: string | undefined; host: string }[];
  /** Digest of each image's manifest or index by its tag. */
  put(repository: string, tag: string, images: ImageDescription | readonly ImageDescription[]): string;
}

export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const blobs = new Map<string, Buffer>();
  const tags = new Map<string, string>();
  const log: TestRegistry['log'] = [];
  let breaks = options.breaks?.times ?? 0;
  const counts = new Map<string, number>();
  let storeHost = '';

  const handle = (request: http.IncomingMessage, response: http.ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://host');
    const { authorization, range, host = '' } = request.headers;
    log.push({ path: url.pathname, authorization, range, host });
    const count = (counts.get(url.pathname) ?? 0) + 1;
    counts.set(url.pathname, count);
    if (options.trouble?.(request, response, count)) return;
    if (url.pathname === '/token') return token(request, response, url);
    if (host !== storeHost && !isAllowed(authorization)) return challenge(response, url, host);
    const [, repository = '', kind, reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
    if (url.pathname === '/v2/') return answer(response, 200, '{}');
    const digest = tags.get(`${repository}:${reference}`) ?? reference;
    const bytes = blobs.get(digest);
    if (bytes === undefined)
      return answer(response, 404, '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"unknown"}]}');
    if (kind === 'manifests') return manifest(response, digest, bytes);
    if (options.redirectsBlobs && host !== storeHost) {
      const scheme = options.tls ? 'https' : 'http';
      response.writeHead(307, { location: `${scheme}://${storeHost}${url.pathname}` }).end();
      return;
    }
    blob(request, response, options.tamper?.(digest, bytes) ?? bytes);
  };

  const isAllowed = (authorization: string | undefined) => {
    const { auth } = options;
    if (auth === undefined || auth.kind === 'none') return true;
    return authorization === (auth.kind === 'token' ? 'Bearer good' : basicHeader(auth));
  };

  const challenge = (response: http.ServerResponse, url: URL, host: string) => {
    const scheme = options.tls ? 'https' : 'http';
    const scope = /^\/v2\/(.+)\/(manifests|blobs)\//.exec(url.pathname)?.[1];
    const wants =
      options.auth?.kind === 'token'
        ? `Bearer realm="${scheme}://${host}/token",service="test"${scope ? `,scope="repository:${scope}:pull"` : ''}`
        : 'Basic realm="test"';
    response.setHeader('www-authenticate', wants);
    answer(response, 401, '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
  };

  const token = (request: http.IncomingMessage, response: http.ServerResponse, url: URL) => {
    const { auth } = options;
    const isGood = auth?.kind === 'token' && request.headers.authorization === basicHeader(auth);
    const isWhole =
      url.searchParams.get('service') === 'test' &&
      /^repository:.+:pull$/.test(url.searchParams.get('scope') ?? '');
    answer(response, isGood && isWhole ? 200 : 401, isGood ? '{"token":"good","expires_in":300}' : '{}');
  };

  const manifest = (response: http.ServerResponse, digest: string, bytes: Buffer) => {
    const sent = options.tamper?.(digest, bytes) ?? bytes;
    const { mediaType } = JSON.parse(bytes.toString()) as { mediaType: string };
    response.writeHead(200, {
      'content-type': mediaType,
      'docker-content-digest': digest,
      'content-length': sent.length,
    });
    response.end(sent);
  };

  const blob = (request: http.IncomingMessage, response: http.ServerResponse, bytes: Buffer) => {
    const start = options.ignoresRanges
      ? 0
      : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': bytes.length - start, ...range });
    const end = start + (options.breaks?.after ?? bytes.length);
    if (breaks > 0 && end < bytes.length) {
      breaks--;
      response.write(bytes.subarray(start, end), () => setImmediate(() => response.destroy()));
    } else {
      response.end(bytes.subarray(start));
    }
  };

  const host = await listen(handle, options.tls);
  storeHost = options.redirectsBlobs ? await listen(handle, options.tls) : '';
  return {
    host,
    log,
    put(repository, tag, images) {
      const list = Array.isArray(images) ? (images as ImageDescription[]) : [images as ImageDescription];
      const files = layoutFiles(list);
      const index = files.get('index.json') as Buffer;
      for (const [name, bytes] of files) {
        if (name.startsWith('blobs/')) blobs.set(name.slice('blobs/'.length).replace('/', ':'), bytes);
      }
      const { manifests } = JSON.parse(index.toString()) as { manifests: { digest: string }[] };
      const digest = list.length === 1 ? (manifests[0]?.digest ?? '') : `sha256:${sha256(index)}`;
      if (list.length > 1) blobs.set(digest, index);
      tags.set(`${repository}:${tag}`, digest);
      return digest;
    },
  };
}

function basicHeader({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function answer(response: http.ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

async function listen(handle: http.RequestListener, tls: RegistryOptions['tls']): Promise<string> {
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A certificate for 127.0.0.1 that nobody vouches for; undefined where openssl is missing. */
export function makeCertificate(dir: string): { key: Buffer; cert: Buffer; path: string } | undefined {
  if (spawnSync('openssl', ['version'], { stdio: 'ignore' }).status !== 0) return undefined;
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', cert, '-days', '2', '-nodes'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...files, ...subject],
    {
      stdio: 'ignore',
    },
  );
  return { key: readFileSync(key), cert: readFileSync(cert), path: cert };
}
