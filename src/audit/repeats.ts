import type { Audit } from '../model/audit.ts';

export interface RepeatsOptions {
  /** Milliseconds after which the same audit is told at once again. */
  windowMs?: number;
  /** Milliseconds until repeats are told for the first time; each further time takes `growth` times as long. */
  firstMs?: number;
  growth?: number;
  longestMs?: number;
  /** How many ids are followed. */
  limit?: number;
  /** How often an audit of this id was recorded before this program started; undefined where it was not. */
  recordedCount?: (id: string) => number | undefined;
}

interface Entry {
  count: number;
  lastSeen: number;
  /** When repeats may be told again. */
  tellAt: number;
  interval: number;
  /** The latest, while its count has not been told. */
  untold: Audit | undefined;
}

/** Counts repeats of audits. Pure: time is handed in, milliseconds of a clock that never jumps. */
export class Repeats {
  readonly #options: Required<RepeatsOptions>;
  /** Least recently seen first. */
  readonly #entries = new Map<string, Entry>();

  constructor(options: RepeatsOptions = {}) {
    this.#options = {
      windowMs: 24 * 3600_000,
      firstMs: 60_000,
      growth: 4,
      longestMs: 24 * 3600_000,
      limit: 5000,
      recordedCount: () => undefined,
      ...options,
    };
  }

  /** The audit to record now, with its count; undefined for a repeat that is only counted. */
  see(audit: Audit, now: number): Audit | undefined {
    const before = this.#entries.get(audit.id);
    const entry = before ?? this.#firstLook(audit, now);
    this.#entries.delete(audit.id);
    this.#entries.set(audit.id, entry);
    this.#forgetOldest();
    if (!before) return entry.untold ? this.#tell(entry, now) : undefined;
    const isOld = now - entry.lastSeen > this.#options.windowMs;
    entry.lastSeen = now;
    entry.count++;
    entry.untold = counted(audit, entry.count);
    if (isOld) {
      entry.interval = 0;
      entry.tellAt = now;
    }
    return now >= entry.tellAt ? this.#tell(entry, now) : undefined;
  }

  /** Repeats that were counted and whose time to be told has come. */
  due(now: number): Audit[] {
    return [...this.#entries.values()].flatMap((entry) =>
      entry.untold && now >= entry.tellAt ? [this.#tell(entry, now)] : [],
    );
  }

  /** What was counted and not told yet: for a last word before the end. */
  rest(): Audit[] {
    return [...this.#entries.values()].flatMap(({ untold }) => untold ?? []);
  }

  /** The next look is a first one: for an audit that could not be recorded. */
  forget(id: string): void {
    this.#entries.delete(id);
  }

  /** What was recorded before a restart is seen anew after it: that first look is no repeat. */
  #firstLook(audit: Audit, now: number): Entry {
    const recorded = this.#options.recordedCount(audit.id);
    const { firstMs } = this.#options;
    return recorded === undefined
      ? { count: 1, lastSeen: now, tellAt: now, interval: 0, untold: counted(audit, 1) }
      : { count: recorded, lastSeen: now, tellAt: now + firstMs, interval: firstMs, untold: undefined };
  }

  #tell(entry: Entry, now: number): Audit {
    const { firstMs, growth, longestMs } = this.#options;
    entry.interval = entry.interval === 0 ? firstMs : Math.min(entry.interval * growth, longestMs);
    entry.tellAt = now + entry.interval;
    const audit = entry.untold as Audit;
    entry.untold = undefined;
    return audit;
  }

  #forgetOldest(): void {
    if (this.#entries.size <= this.#options.limit) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

function counted(audit: Audit, count: number): Audit {
  return { ...audit, forensics: { ...audit.forensics, count } };
}
