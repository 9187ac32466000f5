/** Which audits are on disk: the highest count recorded of each id, of the newest ids. */
export class KnownAudits {
  readonly #counts = new Map<string, number>();
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  add(id: string, count: number): void {
    const highest = Math.max(count, this.#counts.get(id) ?? 0);
    this.#counts.delete(id);
    this.#counts.set(id, highest);
    if (this.#counts.size <= this.limit) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }

  /** Undefined for an id that is not known, or no more. */
  count(id: string): number | undefined {
    return this.#counts.get(id);
  }
}
