import { Merged } from './jumps.ts';

/** A choice between two ways that could not be known. */
export interface Choice {
  value: boolean;
  /** The other way is still to be walked. */
  open: boolean;
}

/** A point in a path where the state was noted, so that other paths that reach the same state can stop. */
export interface Join {
  path: number;
  choices: number;
  launches: number;
}

/** Occurrences of a condition that are read as the opposite of what they say. */
export type Repairs = ReadonlyMap<object, ReadonlySet<number>>;

/**
 * The decisions of one path through the scripts. A path is walked from the start each time, with the first
 * choices given; so the evaluator needs no copy of its state at a fork.
 */
export class Decisions {
  readonly choices: Choice[];
  /** Conditions that enclose what runs now, innermost last, each with its occurrence. */
  readonly enclosing: { node: object; occurrence: number }[] = [];
  readonly reasons = new Set<string>();
  #used = 0;
  readonly #counts = new Map<object, number>();
  readonly #repairs: Repairs;
  readonly #joins: Map<string, Join>;
  readonly #path: number;
  readonly #mayFork: boolean;
  readonly #given: number;

  constructor(
    given: readonly Choice[],
    options: { path: number; joins: Map<string, Join>; repairs: Repairs; mayFork: boolean },
  ) {
    this.choices = given.map((choice) => ({ ...choice }));
    this.#given = given.length;
    this.#path = options.path;
    this.#joins = options.joins;
    this.#repairs = options.repairs;
    this.#mayFork = options.mayFork;
  }

  /** Number of choices taken so far. */
  get taken(): number {
    return this.#used;
  }

  /** Takes one of two ways; `first` is walked first. */
  fork(reason: string, first = true): boolean {
    this.reasons.add(reason);
    if (this.#used === this.choices.length) this.choices.push({ value: first, open: this.#mayFork });
    return (this.choices[this.#used++] as Choice).value;
  }

  /** A condition whose outcome is known, unless it is one that a failing start is repaired at. */
  known(node: object, value: boolean): boolean {
    const occurrence = this.#count(node);
    return this.#repairs.get(node)?.has(occurrence) ? !value : value;
  }

  #count(node: object): number {
    const count = (this.#counts.get(node) ?? 0) + 1;
    this.#counts.set(node, count);
    return count;
  }

  /** How often a condition has been met on this path. */
  occurrences(node: object): number {
    return this.#counts.get(node) ?? 0;
  }

  /** Runs what stands under a condition. */
  under<T>(node: object, work: () => T): T {
    this.enclosing.push({ node, occurrence: this.occurrences(node) });
    try {
      return work();
    } finally {
      this.enclosing.pop();
    }
  }

  /** Whether this path has left the way of the ones before it. */
  get onOwnWay(): boolean {
    return this.#used >= this.#given;
  }

  /** Ends this path when another one has reached this very state. */
  join(key: string, launches: number): void {
    if (!this.onOwnWay) return;
    const join = this.#joins.get(key);
    if (join === undefined) {
      this.#joins.set(key, { path: this.#path, choices: this.#used, launches });
    } else if (join.path !== this.#path) {
      throw new Merged(key);
    }
  }
}
