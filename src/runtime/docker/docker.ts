import { distinct } from '../../base/distinct.ts';
import { type Connection, chunksOf, readJson } from '../../image/daemon/connection.ts';
import { arrayOf, type Json, objectOf, textOf } from '../../image/json.ts';
import type { Declaration } from '../../model/workload.ts';
import { portsOf } from '../ports.ts';
import type { Change, Identity, Runtime } from '../runtime.ts';
import { liveStates, networkOwner, readContainer } from './declaration.ts';
import { readEvents, telling } from './events.ts';

/** Milliseconds until a question must be answered; a container that is being started answers once it runs. */
const deadline = 10_000;

/** Bytes of the list of all containers, and of what is said of one. */
const listBytes = 16 * 1024 * 1024;
const containerBytes = 2 * 1024 * 1024;
const errorBytes = 64 * 1024;

/** Containers whose network a container shares by way of others. */
const networkSteps = 4;

/** An engine with the Docker Engine API; Podman offers the same. */
export class DockerRuntime implements Runtime {
  readonly tells = 'events';
  readonly #connection: Connection;
  readonly #closing = new AbortController();
  #runtime: 'docker' | 'podman' = 'docker';

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async identify(): Promise<Identity> {
    const root = objectOf((await this.#ask('/version', containerBytes)) ?? null);
    const components = arrayOf(root.Components).map((each) => textOf(objectOf(each).Name));
    this.#runtime = components.includes('Podman Engine') ? 'podman' : 'docker';
    return { runtime: this.#runtime, version: textOf(root.Version) };
  }

  async list(): Promise<ReadonlyMap<string, undefined>> {
    const path = `/containers/json?all=true&filters=${filters({ status: liveStates[this.#runtime] })}`;
    const containers = arrayOf((await this.#ask(path, listBytes)) ?? null);
    const ids = containers.map((each) => textOf(objectOf(each).Id)).filter((id) => id !== '');
    return new Map(ids.map((id) => [id, undefined]));
  }

  async inspect(id: string): Promise<Declaration | undefined> {
    const document = (await this.#inspect(id)) ?? null;
    const declaration = readContainer(document, this.#runtime);
    // An engine also finds containers by their name, which may look like another's id.
    if (declaration?.workload.id !== id) return undefined;
    return {
      ...declaration,
      ports: distinct([...declaration.ports, ...(await this.#exposed(declaration.workload.imageDigest))]),
      isHostNetwork: await this.#isOnHostNetwork(document, networkSteps),
    };
  }

  async *changes(signal: AbortSignal): AsyncGenerator<Change> {
    // An engine answers before it has subscribed: it is asked to repeat what happened in between.
    const since = Math.floor(Date.now() / 1000) - 1;
    const wanted = { type: ['container'], ...(this.#runtime === 'docker' ? { event: [...telling] } : {}) };
    const response = await this.#connection.get(`/events?since=${since}&filters=${filters(wanted)}`, {
      signal,
    });
    const place = this.#connection.endpoint.name;
    if (response.statusCode !== 200) {
      throw this.#connection.refused(response.statusCode, await readJson(response, place, errorBytes));
    }
    yield { kind: 'all' };
    yield* readEvents(chunksOf(response, place));
  }

  close(): void {
    this.#closing.abort();
  }

  /** What an image exposes; Docker repeats it in each container of it, Podman does not. */
  async #exposed(image: string | undefined): Promise<Declaration['ports']> {
    if (image === undefined || this.#runtime === 'docker') return [];
    const document = await this.#ask(`/images/${encodeURIComponent(image)}/json`, containerBytes);
    return portsOf(Object.keys(objectOf(objectOf(objectOf(document).Config).ExposedPorts)));
  }

  #inspect(id: string): Promise<Json | undefined> {
    return this.#ask(`/containers/${encodeURIComponent(id)}/json`, containerBytes);
  }

  async #isOnHostNetwork(document: Json, steps: number): Promise<boolean> {
    const owner = networkOwner(document);
    if (owner === undefined || steps === 0) {
      return textOf(objectOf(objectOf(document).HostConfig).NetworkMode) === 'host';
    }
    const next = await this.#inspect(owner);
    return next !== undefined && this.#isOnHostNetwork(next, steps - 1);
  }

  /** The document of an answer; undefined for "no such container". */
  async #ask(path: string, bytes: number): Promise<Json | undefined> {
    const options = { deadline, bytes, signal: this.#closing.signal };
    const { status, document } = await this.#connection.json(path, options);
    if (status === 404) return undefined;
    if (status !== 200) throw this.#connection.refused(status, document);
    return document;
  }
}

function filters(wanted: Record<string, readonly string[]>): string {
  return encodeURIComponent(JSON.stringify(wanted));
}
