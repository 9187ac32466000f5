import { setTimeout as delay } from 'node:timers/promises';
import type { BerthwatchError } from '../base/errors.ts';
import { Connection } from '../image/daemon/connection.ts';
import type { Declaration, RuntimeName } from '../model/workload.ts';
import { type ContainerPlace, type Place, placeOf, type Reading, readCgroup } from './cgroup.ts';
import { DockerRuntime } from './docker/docker.ts';
import { type Candidate, candidates, type NamedEndpoints, rankOf, socketIdentity } from './find.ts';
import { Follower, type FollowerContext, type RuntimeProblem, type RuntimeState } from './follower.ts';
import { hostDeclaration } from './host.ts';
import type { Runtime } from './runtime.ts';
import { Table } from './table.ts';

/** Milliseconds between two looks for runtimes that were not there before. */
const searchInterval = 10_000;

/** As `RuntimesOptions` has it. */
const usualAskTime = 2_000;

/** Milliseconds until an id that nobody knew is asked for again, and how many of them are remembered. */
const unknownTime = 2_000;
const unknownIds = 1_000;

/** Cgroup texts whose reading is kept. */
const mostReadings = 2_000;

export interface RuntimesOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** Reads `/proc/PID/cgroup`; undefined for a process that is not there. */
  cgroupOf: (pid: number) => string | undefined;
  /** These alone instead of all that is found. */
  endpoints?: NamedEndpoints;
  /** Milliseconds until a runtime must have told of a container that was not known (2,000). */
  askTime?: number;
  onChange: FollowerContext['onChange'];
  onProblem: (problem: RuntimeProblem) => void;
}

/** Whose a process is, at once. */
export interface Found {
  place: Place;
  /** What is known now; while no runtime has told of a container, no more than its id, without a start. */
  declaration: Declaration;
  /** Only in that case: what a runtime answers; undefined when none knows the container or answers in time. */
  later?: Promise<Declaration | undefined>;
}

export interface RuntimeDescription {
  /** The endpoint. */
  name: string;
  state: RuntimeState;
  /** How changes come to be known; undefined while it is not reached. */
  tells: Runtime['tells'] | undefined;
  /** Containers that are known of it. */
  containers: number;
}

/**
 * Finds the container runtimes of this machine and follows them. Resolves once each that is there has told of its
 * containers, or can't. Throws USAGE for an endpoint of the options that is none; one of the
 * environment is a problem.
 */
export async function openRuntimes(options: RuntimesOptions): Promise<Runtimes> {
  const runtimes = new Runtimes(options);
  await runtimes.settled();
  return runtimes;
}

class Runtimes {
  readonly #options: RuntimesOptions;
  readonly #table = new Table(Date.now);
  readonly #followers = new Map<string, Follower>();
  readonly #candidates = new Map<string, Candidate>();
  /** Containers that were asked for, the oldest question first. */
  readonly #asked = new Map<string, Promise<Declaration | undefined>>();
  /** By their texts, since a storm of processes has few of them. */
  readonly #readings = new Map<string, Reading>();
  readonly #search: NodeJS.Timeout;
  #isMisnamed = false;

  constructor(options: RuntimesOptions) {
    this.#options = options;
    this.#find();
    this.#search = setInterval(() => {
      this.#table.forget();
      this.#find();
    }, searchInterval).unref();
  }

  /** Whose a process is, by its number or the text of its `/proc/PID/cgroup`; undefined when it is gone. */
  declarationOf(process: number | string): Found | undefined {
    const text = typeof process === 'string' ? process : this.#options.cgroupOf(process);
    if (text === undefined) return undefined;
    const place = placeOf(this.#read(text), (id) => this.#table.home(id));
    if (place.kind === 'host') return { place, declaration: hostDeclaration(place) };
    const declaration = this.#table.get(place.id);
    if (declaration) return { place, declaration };
    return { place, declaration: this.#undeclared(place), later: this.#ask(place.id) };
  }

  #read(text: string): Reading {
    let reading = this.#readings.get(text);
    if (reading === undefined) {
      if (this.#readings.size >= mostReadings) this.#readings.clear();
      reading = readCgroup(text);
      this.#readings.set(text, reading);
    }
    return reading;
  }

  /** All containers that run, or may any moment. */
  declarations(): Declaration[] {
    return this.#table.all();
  }

  describe(): RuntimeDescription[] {
    return [...this.#followers.values()].map((follower) => ({
      name: follower.name,
      state: follower.state,
      tells: follower.tells,
      containers: follower.containers(),
    }));
  }

  /** Resolves once every runtime that was found so far has told of its containers, or can't. */
  async settled(): Promise<void> {
    await Promise.all([...this.#followers.values()].map(({ settled }) => settled));
  }

  close(): void {
    clearInterval(this.#search);
    for (const follower of this.#followers.values()) follower.close();
  }

  #find(): void {
    const { env, endpoints } = this.#options;
    const taken = new Set([...this.#candidates.values()].map(socketIdentity));
    for (const candidate of candidates(env, endpoints, (error) => this.#misnamed(error))) {
      const { name } = candidate.endpoint;
      const identity = socketIdentity(candidate);
      const isThere = identity === undefined ? candidate.isNamed : !taken.has(identity);
      if (!isThere || this.#followers.has(name)) continue;
      taken.add(identity);
      const follower = new Follower(name, rankOf(candidate), () => open(candidate), {
        table: this.#table,
        ...this.#options,
      });
      this.#candidates.set(name, candidate);
      this.#followers.set(name, follower);
      void follower.run();
    }
  }

  /** An address in the environment that is none: told once, and no reason not to look elsewhere. */
  #misnamed({ place = '', message, next }: BerthwatchError): void {
    if (this.#isMisnamed) return;
    this.#isMisnamed = true;
    this.#options.onProblem({ place, message, ...(next ? { next } : {}), isOver: false });
  }

  #ask(id: string): Promise<Declaration | undefined> {
    const asked = this.#asked.get(id);
    if (asked) return asked;
    const [oldest] = this.#asked.keys();
    if (oldest !== undefined && this.#asked.size >= unknownIds) this.#asked.delete(oldest);
    const answer = this.#firstAnswer(id);
    this.#asked.set(id, answer);
    void answer.then(() => delay(unknownTime, undefined, { ref: false })).then(() => this.#asked.delete(id));
    return answer;
  }

  #firstAnswer(id: string): Promise<Declaration | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(undefined), this.#options.askTime ?? usualAskTime).unref();
      const looks = [...this.#followers.values()].map(async (follower) => {
        const declaration = await follower.look(id).catch(() => undefined);
        if (declaration) resolve(declaration);
      });
      void Promise.all(looks).then(() => {
        clearTimeout(late);
        resolve(undefined);
      });
    });
  }

  #undeclared({ id, runtimeHint }: ContainerPlace): Declaration {
    return {
      workload: {
        id,
        name: id.slice(0, 12),
        image: '',
        labels: {},
        runtime: runtimeHint ?? this.#onlyRuntime() ?? 'containerd',
      },
      pid: 0,
      start: undefined,
      createdAt: 0,
      startedAt: 0,
      mounts: [],
      ports: [],
      isHostNetwork: false,
    };
  }

  #onlyRuntime(): RuntimeName | undefined {
    const connected = [...this.#followers.values()].flatMap(({ state }) =>
      state.kind === 'connected' ? state.runtime : [],
    );
    return connected.length === 1 ? connected[0] : undefined;
  }
}

export type { Runtimes };

async function open({ kind, endpoint }: Candidate): Promise<Runtime> {
  if (kind === 'engine') return new DockerRuntime(new Connection(endpoint));
  // Loaded where there is such a runtime: HTTP/2 takes memory.
  const { CriRuntime } = await import('./cri/cri.ts');
  return new CriRuntime(endpoint);
}
