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

/** The choices up to the last one whose other way is open, turned there; undefined when all ways were walked. */
export function nextChoices(choices: readonly Choice[]): Choice[] | undefined {
  const last = choices.findLastIndex(({ open }) => open);
  if (last < 0) return undefined;
  const turned = { value: !(choices[last] as Choice).value, open: false };
  return [...choices.slice(0, last), turned];
}

/** A condition around what runs. */
export interface Enclosing {
  node: object;
  occurrence: number;
  /** It looked at something that is not given: a variable of the environment, a file. */
  asks: boolean;
}

/** Occurrences of a condition that are read as the opposite of what they say. */
export type Repairs = ReadonlyMap<object, ReadonlySet<number>>;

const repeatedForks = 3;

/** The counts of a path, to go back to. */
export interface DecisionsMark {
  /** Conditions met so far. */
  met: number;
  forks: ReadonlyMap<object, { count: number; value: boolean }>;
}

/** Choices inside a part of the path that is walked in every way on its own. */
interface Part {
  choices: Choice[];
  used: number;
}

/**
 * The decisions of one path through the scripts. A path is walked from the start each time, with the first
 * choices given; so the evaluator needs no copy of its state at a fork.
 */
export class Decisions {
  readonly choices: Choice[];
  /** Conditions that enclose what runs now, innermost last. */
  readonly enclosing: Enclosing[] = [];
  readonly reasons = new Set<string>();
  #used = 0;
  readonly #counts = new Map<object, number>();
  readonly #met: object[] = [];
  #forks = new Map<object, { count: number; value: boolean }>();
  readonly #parts: Part[] = [];
  readonly #asking = new Set<object>();
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

  /** Number of choices that have led here, those in parts that are being walked in every way too. */
  get takenInAll(): number {
    return this.#parts.reduce((sum, { used }) => sum + used, this.#used);
  }

  /** A part of the path is being walked in every way. */
  get inPart(): boolean {
    return this.#parts.length > 0;
  }

  /** Runs `work` with choices of its own, the first ones given; they are no part of the path's. */
  part<T>(given: readonly Choice[], work: () => T): { result: T; choices: Choice[] } {
    const part = { choices: given.map((choice) => ({ ...choice })), used: 0 };
    this.#parts.push(part);
    try {
      const result = work();
      return { result, choices: part.choices.slice(0, part.used) };
    } finally {
      this.#parts.pop();
    }
  }

  mark(): DecisionsMark {
    return { met: this.#met.length, forks: new Map(this.#forks) };
  }

  reset({ met, forks }: DecisionsMark): void {
    while (this.#met.length > met) {
      const node = this.#met.pop() as object;
      this.#counts.set(node, this.occurrences(node) - 1);
    }
    this.#forks = new Map(forks);
  }

  /** Takes one of `count` ways. */
  pick(reason: string, count: number): number {
    this.reasons.add(reason);
    for (let i = 0; i < count - 1; i++) if (this.#choose(true)) return i;
    return count - 1;
  }

  /**
   * Takes one of two ways; `first` is walked first. A condition that comes up again and again, in a loop, is
   * decided as it was before.
   */
  fork(node: object, reason: string, first = true): boolean {
    this.reasons.add(reason);
    const before = this.#forks.get(node);
    if (before && before.count >= repeatedForks) return before.value;
    const value = this.#choose(first);
    this.#forks.set(node, { count: (before?.count ?? 0) + 1, value });
    return value;
  }

  #choose(first: boolean): boolean {
    const part = this.#parts.at(-1);
    if (part) {
      if (part.used === part.choices.length) part.choices.push({ value: first, open: true });
      return (part.choices[part.used++] as Choice).value;
    }
    if (this.#used === this.choices.length) this.choices.push({ value: first, open: this.#mayFork });
    return (this.choices[this.#used++] as Choice).value;
  }

  /**
   * A condition whose outcome is known, unless it is one that a failing start is repaired at. `asks`: it looked at
   * something that is not given.
   */
  known(node: object, value: boolean, asks = false): boolean {
    const occurrence = this.#count(node);
    if (asks) this.#asking.add(node);
    else this.#asking.delete(node);
    return this.#repairs.get(node)?.has(occurrence) ? !value : value;
  }

  #count(node: object): number {
    const count = (this.#counts.get(node) ?? 0) + 1;
    this.#counts.set(node, count);
    this.#met.push(node);
    return count;
  }

  /** Whether a condition looked at something that is not given when it was met last. */
  asked(node: object): boolean {
    return this.#asking.has(node);
  }

  /** How often a condition has been met on this path. */
  occurrences(node: object): number {
    return this.#counts.get(node) ?? 0;
  }

  /** Runs what stands under a condition. */
  under<T>(node: object, work: () => T): T {
    this.enclosing.push({ node, occurrence: this.occurrences(node), asks: this.asked(node) });
    try {
      return work();
    } finally {
      this.enclosing.pop();
    }
  }

  /** Whether this path has left the way of the ones before it. */
  get onOwnWay(): boolean {
    return this.#parts.length === 0 && this.#used >= this.#given;
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
