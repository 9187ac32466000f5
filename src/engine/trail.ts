import type { Evidence } from '../model/evidence.ts';

/** Notes which evidence was used while something was worked out, so that every result can say why. */
export class Trail {
  readonly #active: Evidence[][] = [];

  /** Runs `work` and returns its result with all evidence that was noted meanwhile, each once. */
  follow<T>(work: () => T): { result: T; evidence: Evidence[] } {
    const noted: Evidence[] = [];
    this.#active.push(noted);
    try {
      return { result: work(), evidence: unique(noted) };
    } finally {
      this.#active.pop();
      this.#active.at(-1)?.push(...noted);
    }
  }

  note(evidence: readonly Evidence[]): void {
    this.#active.at(-1)?.push(...evidence);
  }
}

/** Each evidence once, in the order of first use. */
export function unique(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<string>();
  return evidence.filter((item) => {
    const key = `${item.kind}\0${item.path ?? ''}\0${item.line ?? ''}\0${item.text}`;
    return !seen.has(key) && seen.add(key);
  });
}
