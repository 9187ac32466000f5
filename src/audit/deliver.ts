import { type OnProblem, reasonOf } from './problem.ts';
import { DeliveryError, type Sink } from './sinks/sink.ts';
import type { Cursor } from './spool/cursors.ts';
import type { Spooled } from './spool/reader.ts';
import type { Spool } from './spool/spool.ts';

export interface DeliveryOptions {
  /** Milliseconds before the second attempt; doubled with each further one up to `longestMs`. */
  firstMs?: number;
  longestMs?: number;
  /** Attempts with an audit that the receiver refuses. */
  refusals?: number;
  batchBytes?: number;
}

export interface DeliveryState {
  sink: string;
  /** Audits taken by the sink since the start; repeats of a retry count once. */
  delivered: number;
  /** Audits that it refused for good. */
  refused: number;
  /** Bytes of the spool that it has not taken. */
  backlogBytes: number;
  /** Why it does not take audits now. */
  error: string | undefined;
}

/** Brings the spool's audits to one sink, for as long as it takes. */
export class Delivery {
  readonly #spool: Spool;
  readonly #sink: Sink;
  readonly #cursor: Cursor;
  readonly #options: Required<DeliveryOptions>;
  readonly #onProblem: OnProblem;
  readonly #end = new AbortController();
  readonly #done: Promise<void>;
  #isEnding = false;
  #wake: () => void = () => {};
  #hasMore = false;
  #failures = 0;
  #refusals = 0;
  /** How many audits are still to be given one at a time. */
  #singly = 0;
  #error: string | undefined;
  #delivered = 0;
  #refused = 0;

  constructor(spool: Spool, sink: Sink, cursor: Cursor, options: DeliveryOptions, onProblem: OnProblem) {
    this.#spool = spool;
    this.#sink = sink;
    this.#cursor = cursor;
    this.#options = { firstMs: 500, longestMs: 30_000, refusals: 5, batchBytes: 64 * 1024, ...options };
    this.#onProblem = onProblem;
    spool.onMore(() => {
      this.#hasMore = true;
      this.#wakeIdle();
    });
    this.#end.signal.addEventListener('abort', () => this.#wake());
    this.#done = this.#run();
  }

  state(): DeliveryState {
    return {
      sink: this.#sink.name,
      delivered: this.#delivered,
      refused: this.#refused,
      backlogBytes: this.#spool.backlog(this.#cursor),
      error: this.#error,
    };
  }

  /** Delivers what is there; what a sink has not taken by the deadline stays in the spool for the next start. */
  async close(deadlineMs: number): Promise<void> {
    this.#isEnding = true;
    this.#wake();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    // Not every receiver lets go of a call when it is told to: a full pipe does not.
    await Promise.race([this.#done, deadline]);
    clearTimeout(timer);
    this.#end.abort();
    await this.#sink.close?.().catch(() => {});
  }

  async #run(): Promise<void> {
    while (!this.#end.signal.aborted) {
      this.#hasMore = false;
      const start = this.#cursor.position;
      try {
        // After a refusal one by one, so that only what is refused is skipped, and that for certain.
        const { audits, next } = await this.#spool.read(start, this.#options.batchBytes);
        const batch = this.#singly > 0 ? audits.slice(0, 1) : audits;
        if (batch.length > 0) await this.#deliver(batch);
        if (batch.length === audits.length) this.#cursor.advance(next);
      } catch (error) {
        await this.#failed(error);
        continue;
      }
      if (this.#cursor.position > start || this.#hasMore) continue;
      if (this.#isEnding) return;
      await this.#sleep(undefined);
    }
  }

  async #deliver(batch: readonly Spooled[]): Promise<void> {
    try {
      await this.#sink.deliver(
        batch.map(({ audit }) => audit),
        this.#end.signal,
      );
    } catch (error) {
      const delivered = error instanceof DeliveryError ? batch.slice(0, error.delivered) : [];
      if (delivered.length > 0) this.#took(delivered);
      if (error instanceof DeliveryError && error.isRefusal) this.#refuse(batch, delivered.length, error);
      throw error;
    }
    this.#took(batch);
    this.#failures = 0;
    if (this.#error !== undefined) this.#report('sink-well', 'audits are delivered again');
    this.#error = undefined;
  }

  #took(batch: readonly Spooled[]): void {
    this.#delivered += batch.length;
    this.#passed(batch);
  }

  #passed(batch: readonly Spooled[]): void {
    this.#refusals = 0;
    this.#singly = Math.max(0, this.#singly - batch.length);
    this.#cursor.advance(batch.at(-1)?.next ?? this.#cursor.position);
  }

  /** A batch is taken apart; an audit by itself is skipped when it was refused often enough. */
  #refuse(batch: readonly Spooled[], delivered: number, error: DeliveryError): void {
    const [refused] = batch;
    if (!refused || batch.length > 1) {
      this.#singly = batch.length - delivered;
      return;
    }
    this.#refusals++;
    if (this.#refusals < this.#options.refusals) return;
    this.#refused++;
    this.#passed([refused]);
    this.#report('audit-refused', `audit ${refused.audit.id} was skipped: ${error.message}`);
  }

  async #failed(error: unknown): Promise<void> {
    if (this.#end.signal.aborted) return;
    if (this.#error === undefined) this.#report('sink-failing', reasonOf(error));
    this.#error = reasonOf(error);
    const { firstMs, longestMs } = this.#options;
    const bound = Math.min(firstMs * 2 ** Math.min(this.#failures++, 30), longestMs);
    // Half of it at random, so that many hosts do not come back to a receiver at the same moment.
    const pause = bound / 2 + (Math.random() * bound) / 2;
    const asked = error instanceof DeliveryError ? error.retryAfterMs : 0;
    await this.#sleep(Math.max(pause, Math.min(asked, 3600_000)));
  }

  /** Without a time: until there is more. Ends early when the delivery is to end, with an attempt at the rest. */
  async #sleep(ms: number | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#wake = wake;
      this.#wakeIdle = ms === undefined ? wake : () => {};
    });
    this.#wakeIdle = () => {};
  }

  /** New audits wake who waits for them, not who waits for a receiver. */
  #wakeIdle: () => void = () => {};

  #report(id: 'sink-failing' | 'sink-well' | 'audit-refused', message: string): void {
    this.#onProblem({ id, place: this.#sink.name, message });
  }
}
