/** How many are worked on at once. */
const atOnce = 4;

/** Milliseconds until something that failed is tried again; after the last it is given up. */
const retries = [1_000, 5_000, 30_000];

/**
 * Work on things that have changed, each worked on by one at a time: what is added while it is worked on is worked on
 * again, what is added twice before that, once.
 */
export class Queue {
  readonly #work: (id: string) => Promise<void>;
  readonly #failed: (id: string, error: unknown) => void;
  readonly #waiting = new Set<string>();
  readonly #busy = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #idle: (() => void)[] = [];

  /** `failed` is called once for each that is given up. */
  constructor(work: (id: string) => Promise<void>, failed: (id: string, error: unknown) => void) {
    this.#work = work;
    this.#failed = failed;
  }

  add(id: string): void {
    this.#waiting.add(id);
    this.#next();
  }

  /** How many wait for their turn. */
  get length(): number {
    return this.#waiting.size;
  }

  /** Resolves when there is nothing to do. What waits to be tried again does not count. */
  idle(): Promise<void> {
    if (this.#waiting.size + this.#busy.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  clear(): void {
    this.#waiting.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #next(): void {
    for (const id of this.#waiting) {
      if (this.#busy.size >= atOnce) return;
      if (this.#busy.has(id)) continue;
      this.#waiting.delete(id);
      void this.#run(id, 0);
    }
    if (this.#waiting.size + this.#busy.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #run(id: string, failures: number): Promise<void> {
    this.#busy.add(id);
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    try {
      await this.#work(id);
    } catch (error) {
      this.#retry(id, failures, error);
    }
    this.#busy.delete(id);
    this.#next();
  }

  #retry(id: string, failures: number, error: unknown): void {
    const delay = retries[failures];
    if (delay === undefined) this.#failed(id, error);
    else if (!this.#waiting.has(id)) {
      const again = () => void this.#run(id, failures + 1);
      this.#timers.set(id, setTimeout(again, delay).unref());
    }
  }
}
