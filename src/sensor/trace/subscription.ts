import { readEvents, type TraceEvent } from './events.ts';
import { TraceInstance, type TraceOptions } from './instance.ts';

export interface SubscriptionHandlers {
  onEvent(event: TraceEvent): void;
  /** It tells no more, for a person's reason. */
  onEnd(reason: string): void;
}

/** Listeners have a buffer of their own, so that a storm of programs can't push one out. */
const listens: TraceOptions = {
  purpose: 'listen',
  events: { 'sock/inet_sock_set_state': 'newstate == 10 || oldstate == 10' },
  bufferKilobytes: 512,
};

/**
 * The kernel writes the path of a program as it is, with a line end in it too: what follows that could be made to look
 * like any event. So such programs are kept apart, where no more is believed than that some program was executed.
 */
const lives: TraceOptions = {
  purpose: 'life',
  events: {
    'sched/sched_process_fork': '',
    'sched/sched_process_exec': '!(filename ~ "*\n*")',
    'sched/sched_process_exit': '',
    'cgroup/cgroup_attach_task': '',
  },
  optional: ['cgroup/cgroup_attach_task'],
  bufferKilobytes: 4096,
};

const odd: TraceOptions = {
  purpose: 'odd',
  events: { 'sched/sched_process_exec': 'filename ~ "*\n*"' },
  bufferKilobytes: 64,
};

/** What the kernel tells of listeners and of programs, in the order of each. */
export class Subscription {
  readonly #handlers: SubscriptionHandlers;
  readonly #followed: TraceInstance[] = [];
  #odd: TraceInstance | undefined;
  #hasEnded = false;

  constructor(handlers: SubscriptionHandlers) {
    this.#handlers = handlers;
  }

  /** Throws an Error in a person's words where this host does not let us; then nothing is left of it. */
  async open(): Promise<void> {
    try {
      for (const options of [listens, lives]) this.#followed.push(new TraceInstance(options));
      this.#odd = new TraceInstance(odd);
      for (const instance of this.#followed) {
        instance.follow({
          onLines: (lines) => readEvents(lines, (event) => this.#handlers.onEvent(event)),
          onEnd: (reason) => this.#end(reason),
        });
      }
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** What need not be known at once; also whether somebody has switched it off. */
  check(): void {
    const pids: number[] = [];
    try {
      this.#odd?.poll((lines) => readEvents(lines, (event) => event.kind === 'exec' && pids.push(event.pid)));
    } catch (error) {
      this.#end((error as Error).message);
    }
    for (const pid of new Set(pids)) this.#handlers.onEvent({ kind: 'exec', pid });
  }

  /** Ends it where its instances no longer do what they were made for. */
  verify(): void {
    const all = [...this.#followed, this.#odd];
    if (all.some((instance) => instance?.isIntact() === false)) this.#end('somebody switched it off');
  }

  async close(): Promise<void> {
    this.#hasEnded = true;
    await Promise.all([...this.#followed, this.#odd].map((instance) => instance?.close()));
  }

  #end(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#handlers.onEnd(reason);
  }
}
