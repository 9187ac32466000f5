import { setTimeout as delay } from 'node:timers/promises';
import { BerthwatchError } from '../base/errors.ts';
import type { Declaration } from '../model/workload.ts';
import { homeIn, isContainerId } from './cgroup.ts';
import { Queue } from './queue.ts';
import type { Identity, Runtime } from './runtime.ts';
import { NotOffered } from './runtime.ts';
import type { Source, Table } from './table.ts';

/** Milliseconds until a runtime that went away is asked again, each time twice as long up to the second. */
const firstRetry = 250;
const lastRetry = 5_000;
/** As above, for one that offers no interface for this. */
const unofferedRetry = 60_000;

/** Containers that may wait to be looked at: with more, the runtime is not listened to until they were. */
const mostWaiting = 10_000;

/** What came to be known of a workload. */
export type WorkloadChange =
  /** It is there, or what is declared of it is not what it was. */
  { kind: 'declared'; declaration: Declaration } | { kind: 'ended'; declaration: Declaration };

/** A trouble with a runtime, told when it begins and when it is over. */
export interface RuntimeProblem {
  /** The endpoint. */
  place: string;
  message: string;
  next?: string;
  isOver: boolean;
}

export type RuntimeState =
  | { kind: 'connecting' }
  | ({ kind: 'connected' } & Identity)
  /** It answers, but offers nothing to ask for containers. */
  | { kind: 'not-offered'; reason: string }
  | { kind: 'unreachable'; reason: string; next?: string };

export interface FollowerContext {
  table: Table;
  cgroupOf: (pid: number) => string | undefined;
  onChange: (change: WorkloadChange) => void;
  onProblem: (problem: RuntimeProblem) => void;
}

/** Keeps the table true to one runtime: connects, looks where it points, and connects again. */
export class Follower {
  readonly name: string;
  state: RuntimeState = { kind: 'connecting' };
  readonly #source: Source;
  readonly #open: () => Promise<Runtime>;
  readonly #context: FollowerContext;
  readonly #closing = new AbortController();
  readonly #queue: Queue;
  #runtime: Runtime | undefined;
  readonly #looks = new Map<string, Promise<Declaration | undefined>>();
  #marks: ReadonlyMap<string, string | undefined> = new Map();
  #problem: string | undefined;
  #settle = () => {};
  /** Resolves once the first look at all containers is done, or can't be had. */
  readonly settled = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });

  constructor(name: string, rank: number, open: () => Promise<Runtime>, context: FollowerContext) {
    this.name = name;
    this.#source = { rank };
    this.#open = open;
    this.#context = context;
    this.#queue = new Queue(
      async (id) => void (await this.look(id)),
      (id, error) => this.#tell(`container ${id.slice(0, 12)} can't be read: ${wordsOf(error)}`),
    );
  }

  /** Follows until it is closed. */
  async run(): Promise<void> {
    for (let failures = 0; !this.#closing.signal.aborted; failures++) {
      try {
        await this.#follow(() => {
          failures = 0;
        });
      } catch (error) {
        if (this.#closing.signal.aborted) break;
        this.#lost(error);
      }
      this.#runtime?.close();
      this.#runtime = undefined;
      this.#queue.clear();
      this.#settle();
      await this.#pause(failures);
    }
    this.#settle();
  }

  /**
   * What the runtime says now of a container; undefined when it knows none or can't be asked. Throws when it fails.
   * One look after the other for each container, so that an older answer never replaces a later one.
   */
  look(id: string): Promise<Declaration | undefined> {
    const before = this.#looks.get(id) ?? Promise.resolve();
    const look = before.then(
      () => this.#look(id),
      () => this.#look(id),
    );
    this.#looks.set(id, look);
    const done = () => {
      if (this.#looks.get(id) === look) this.#looks.delete(id);
    };
    look.then(done, done);
    return look;
  }

  async #look(id: string): Promise<Declaration | undefined> {
    const { table, cgroupOf, onChange } = this.#context;
    const declaration = await this.#runtime?.inspect(id);
    if (this.#runtime === undefined) return undefined;
    if (declaration === undefined) {
      const ended = table.end(id, this.#source);
      if (ended) onChange({ kind: 'ended', declaration: ended });
      return undefined;
    }
    const home = homeIn(cgroupOf(declaration.pid) ?? '', id);
    // What a user's own engine says counts only of a container that the kernel shows to be there.
    if (home === '' && this.#source.rank > 0) return undefined;
    if (table.put(declaration, home, this.#source, this.#marks.get(id))) {
      onChange({ kind: 'declared', declaration });
    }
    return table.get(id);
  }

  get tells(): Runtime['tells'] | undefined {
    return this.#runtime?.tells;
  }

  containers(): number {
    return this.#context.table.live(this.#source).length;
  }

  close(): void {
    this.#closing.abort();
    this.#runtime?.close();
    this.#queue.clear();
  }

  async #follow(connected: () => void): Promise<void> {
    const runtime = await this.#open();
    this.#runtime = runtime;
    const identity = await runtime.identify();
    for await (const change of runtime.changes(this.#closing.signal)) {
      if (change.kind === 'one') {
        this.#add(change.id);
        if (this.#queue.length > mostWaiting) await this.#queue.idle();
        continue;
      }
      await this.#lookAtAll(runtime);
      if (this.state.kind === 'connected') continue;
      this.state = { kind: 'connected', ...identity };
      connected();
      this.#recovered();
      void this.#queue.idle().then(this.#settle);
    }
    throw new BerthwatchError('DAEMON_UNREACHABLE', 'the container runtime closed the connection', {
      place: this.name,
    });
  }

  /** The list tells where to look: it may be older than what events have told since it was asked for. */
  async #lookAtAll(runtime: Runtime): Promise<void> {
    const { table } = this.#context;
    this.#marks = await runtime.list();
    for (const [id, mark] of this.#marks) {
      if (mark === undefined || table.mark(id, this.#source) !== mark) this.#add(id);
    }
    for (const id of table.live(this.#source)) if (!this.#marks.has(id)) this.#add(id);
  }

  #add(id: string): void {
    if (isContainerId(id)) this.#queue.add(id);
  }

  #lost(error: unknown): void {
    if (error instanceof NotOffered) {
      this.state = { kind: 'not-offered', reason: error.message };
      return;
    }
    const next = error instanceof BerthwatchError ? error.next : undefined;
    const reason = wordsOf(error);
    this.state = { kind: 'unreachable', reason, ...(next ? { next } : {}) };
    if (this.#problem === undefined) this.#tell(reason, next);
    this.#problem = reason;
  }

  #recovered(): void {
    if (this.#problem === undefined) return;
    this.#context.onProblem({ place: this.name, message: this.#problem, isOver: true });
    this.#problem = undefined;
  }

  #tell(message: string, next?: string): void {
    this.#context.onProblem({ place: this.name, message, ...(next ? { next } : {}), isOver: false });
  }

  async #pause(failures: number): Promise<void> {
    const usual = Math.min(firstRetry * 2 ** Math.min(failures, 10), lastRetry);
    const time = this.state.kind === 'not-offered' ? unofferedRetry : usual;
    await delay(time, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {});
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
