/** Goes through things in turns, as many at a time as there is time for. */
export class Round {
  readonly #milliseconds: number;
  #rest: number[] = [];
  #began = performance.now();
  /** Seconds that the last whole round took; 0 as long as there was none. */
  seconds = 0;

  /** `milliseconds`: what one turn may take, by and large. */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** One turn over `all`, each of which comes once in a round; `first` come before that, in each turn. */
  turn(all: readonly number[], first: Iterable<number>, visit: (one: number) => void): void {
    const end = performance.now() + this.#milliseconds;
    const done = new Set<number>();
    for (const one of first) {
      if (performance.now() >= end && done.size > 0) break;
      visit(one);
      done.add(one);
    }
    // At least one, whatever comes first: else a few could keep the others from their turn.
    do {
      if (this.#rest.length === 0) this.#begin(all);
      const one = this.#rest.pop();
      if (one === undefined) return;
      if (done.has(one)) continue;
      visit(one);
      done.add(one);
    } while (performance.now() < end && done.size < all.length);
  }

  #begin(all: readonly number[]): void {
    this.seconds = (performance.now() - this.#began) / 1000;
    this.#began = performance.now();
    this.#rest = [...all];
  }
}
