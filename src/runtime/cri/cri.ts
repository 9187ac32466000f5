import { distinct } from '../../base/distinct.ts';
import { BerthwatchError } from '../../base/errors.ts';
import type { Endpoint } from '../../image/daemon/endpoints.ts';
import type { Declaration } from '../../model/workload.ts';
import { type Change, type Identity, NotOffered, type Runtime } from '../runtime.ts';
import { readContainer, readExposed, readListed, readSandbox, sandboxOf } from './declaration.ts';
import { Events } from './events.ts';
import { Channel, GrpcError, notFound, unimplemented } from './grpc.ts';
import { encode, type Field, Message } from './protobuf.ts';

/** Milliseconds between two looks at the list, where the runtime tells of changes by itself and where it does not. */
const lookInterval = { events: 10_000, polled: 2_000 };

/** Milliseconds for which a list of pods is good: they seldom change, and each call has its cost. */
const podsTime = 10_000;

/** A runtime with the Container Runtime Interface (CRI v1): containerd, CRI-O. */
export class CriRuntime implements Runtime {
  tells: 'events' | 'polled' = 'polled';
  readonly #place: string;
  readonly #channel: Channel;
  #runtime: 'containerd' | 'cri-o' = 'containerd';
  #pods: Message | undefined;
  #podsAt = 0;

  constructor({ name, connect }: Endpoint) {
    if (connect.kind !== 'socket') throw new BerthwatchError('USAGE', `${name} is no Unix socket`);
    this.#place = name;
    this.#channel = new Channel(connect.path);
  }

  async identify(): Promise<Identity> {
    const answer = await this.#ask('RuntimeService/Version', []).catch((error: unknown) => {
      if (!(error instanceof GrpcError) || error.status !== unimplemented) throw error;
      // containerd as Docker installs it.
      throw new NotOffered('a container runtime answers whose CRI is switched off');
    });
    const name = answer?.text(2) ?? '';
    if (name === 'docker') throw new NotOffered('it speaks for Docker, which is asked itself');
    this.#runtime = name === 'cri-o' ? 'cri-o' : 'containerd';
    return { runtime: this.#runtime, version: answer?.text(3) ?? '' };
  }

  async list(): Promise<ReadonlyMap<string, string>> {
    const containers = await this.#ask('RuntimeService/ListContainers', []);
    if (Date.now() - this.#podsAt > podsTime) {
      this.#pods = await this.#ask('RuntimeService/ListPodSandbox', []);
      this.#podsAt = Date.now();
    }
    return containers && this.#pods ? readListed(containers, this.#pods) : new Map();
  }

  async inspect(id: string): Promise<Declaration | undefined> {
    const status = await this.#ask('RuntimeService/ContainerStatus', verbose(id));
    if (status === undefined) return this.#inspectSandbox(id);
    const pod = sandboxOf(status);
    const sandbox = pod ? await this.#ask('RuntimeService/PodSandboxStatus', [[1, pod]]) : undefined;
    const declaration = own(readContainer(status, sandbox, this.#runtime), id);
    if (declaration === undefined) return undefined;
    const image = await this.#ask('ImageService/ImageStatus', [
      [1, [[1, status.message(1).text(9)]]],
      [2, true],
    ]);
    return { ...declaration, ports: distinct([...declaration.ports, ...(image ? readExposed(image) : [])]) };
  }

  /** Without events of the runtime (containerd before 1.7, CRI-O without `enable_pod_events`), the list every 2 s. */
  async *changes(signal: AbortSignal): AsyncGenerator<Change> {
    yield { kind: 'all' };
    const events = new Events(this.#channel, signal);
    while (!signal.aborted) {
      this.tells = events.areTold ? 'events' : 'polled';
      const ids = await events.next(lookInterval[this.tells]);
      for (const id of ids) yield { kind: 'one', id };
      if (ids.length === 0) yield { kind: 'all' };
    }
  }

  close(): void {
    this.#channel.close();
  }

  async #inspectSandbox(id: string): Promise<Declaration | undefined> {
    const status = await this.#ask('RuntimeService/PodSandboxStatus', verbose(id));
    return status && own(readSandbox(status, this.#runtime), id);
  }

  /** Undefined for what the runtime does not know. */
  async #ask(method: string, fields: readonly Field[]): Promise<Message | undefined> {
    try {
      return new Message(await this.#channel.call(`runtime.v1.${method}`, encode(fields)));
    } catch (error) {
      if (error instanceof GrpcError && error.status === notFound) return undefined;
      if (error instanceof GrpcError) throw error;
      throw new GrpcError(-1, 'the container runtime answers what is no message of CRI', this.#place, error);
    }
  }
}

/** A question for all that is known of one. */
function verbose(id: string): Field[] {
  return [
    [1, id],
    [2, true],
  ];
}

/** A runtime also finds containers by the beginning of their id. */
function own(declaration: Declaration | undefined, id: string): Declaration | undefined {
  return declaration?.workload.id === id ? declaration : undefined;
}
