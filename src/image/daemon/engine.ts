import { jsonBytes } from '../bounds.ts';
import type { Json } from '../json.ts';
import { Connection, chunksOf, readJson } from './connection.ts';
import type { Endpoint } from './endpoints.ts';

/** The images of one container engine (Docker Engine API; Podman offers the same). */
export class Engine {
  readonly endpoint: Endpoint;
  readonly #connection: Connection;

  constructor(endpoint: Endpoint, signal: AbortSignal | undefined) {
    this.endpoint = endpoint;
    const otherwise = ', or save the image and use docker-archive:';
    this.#connection = new Connection(endpoint, { signal, otherwise });
  }

  /** What the engine knows of an image, and the version of its API; undefined when it has none of that name. */
  async inspect(
    image: string,
    platform: string | undefined,
  ): Promise<{ document: Json; apiVersion: string } | undefined> {
    const path = `/images/${encodeName(image)}/json${query(platform)}`;
    const { status, headers, document } = await this.#connection.json(path);
    if (status === 404) return undefined;
    if (status !== 200) throw this.#connection.refused(status, document);
    return { document, apiVersion: String(headers['api-version'] ?? '') };
  }

  /** The image as a `docker save` archive. Throws DAEMON_UNREACHABLE. */
  async export(image: string, platform: string | undefined): Promise<AsyncIterable<Buffer>> {
    const response = await this.#connection.get(`/images/${encodeName(image)}/get${query(platform)}`);
    const { name } = this.endpoint;
    if (response.statusCode !== 200) {
      throw this.#connection.refused(response.statusCode, await readJson(response, name, jsonBytes));
    }
    return chunksOf(response, name);
  }
}

/** `name/of:tag` in a path: everything but the slashes is escaped. */
function encodeName(image: string): string {
  return image.split('/').map(encodeURIComponent).join('/');
}

/** The engine takes platforms as JSON (API 1.48 and later). */
function query(platform: string | undefined): string {
  if (platform === undefined) return '';
  const [os, architecture, variant] = platform.split('/');
  return `?platform=${encodeURIComponent(JSON.stringify({ os, architecture, ...(variant ? { variant } : {}) }))}`;
}
