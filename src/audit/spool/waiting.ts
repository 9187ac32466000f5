import type { Audit } from '../../model/audit.ts';

/** An audit on its way to the disk. */
export interface Waiting {
  audit: Audit;
  line: Buffer;
  /** Where its line will be. */
  start: number;
  written: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/** The audits that wait for the disk, in order; bounded in bytes. */
export class WaitingAudits {
  readonly limit: number;
  readonly #queue: Waiting[] = [];
  readonly #byId = new Map<string, Waiting>();
  #bytes = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get all(): readonly Waiting[] {
    return this.#queue;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The newest with this id. */
  find(id: string): Waiting | undefined {
    return this.#byId.get(id);
  }

  /** Undefined when there is no room. */
  add(audit: Audit, line: Buffer, spoolEnd: number): Waiting | undefined {
    if (this.#bytes + line.length > this.limit) return undefined;
    let settle: Pick<Waiting, 'resolve' | 'reject'> | undefined;
    const written = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject };
    });
    if (!settle) return undefined;
    const waiting = { audit, line, start: spoolEnd + this.#bytes, written, ...settle };
    this.#queue.push(waiting);
    this.#byId.set(audit.id, waiting);
    this.#bytes += line.length;
    return waiting;
  }

  /** The first ones, of at most so many bytes together, but at least one. They stay. */
  first(bytes: number): Waiting[] {
    let sum = 0;
    const end = this.#queue.findIndex(({ line }) => {
      sum += line.length;
      return sum > bytes;
    });
    return this.#queue.slice(0, end < 0 ? undefined : Math.max(1, end));
  }

  /** Takes away as many as were written, or given up. */
  remove(count: number): void {
    for (const gone of this.#queue.splice(0, count)) {
      this.#bytes -= gone.line.length;
      if (this.#byId.get(gone.audit.id) === gone) this.#byId.delete(gone.audit.id);
    }
  }
}
