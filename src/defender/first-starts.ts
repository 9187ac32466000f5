/** Containers that are remembered; those that were heard of longest ago go first. */
const mostContainers = 10_000;

/** Programs of one container that are remembered. */
const mostPrograms = 1000;

interface Lives {
  /** The container's first process since it was last started. */
  life: number;
  /** Programs of this life, by executable. */
  programs: Map<string, number>;
  /** Those of the lives before. */
  before: Map<string, number>;
}

/**
 * When each program of a container first ran, over all the times that the container was started: what was changed in it
 * later than that does not become its own by a restart.
 */
export class FirstStarts {
  readonly #seen = new Map<string, Lives>();

  /** `life`: the container's first process. `time`: milliseconds since 1970. */
  add(container: string, life: number, exe: string, time: number): void {
    const known = this.#seen.get(container);
    const lives = known?.life === life ? known : newLife(life, known);
    this.#seen.delete(container);
    this.#seen.set(container, lives);
    put(lives.programs, exe, time);
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined && this.#seen.size > mostContainers) this.#seen.delete(oldest);
  }

  /**
   * When a program first ran, or, where it never did before a restart, when all others of that time did; undefined where
   * nothing was seen.
   */
  of(container: string, exe: string): number | undefined {
    const lives = this.#seen.get(container);
    if (lives === undefined) return undefined;
    const { programs, before } = lives;
    return before.size === 0 ? programs.get(exe) : (before.get(exe) ?? Math.max(...before.values()));
  }
}

function newLife(life: number, known: Lives | undefined): Lives {
  const before = new Map(known?.before);
  for (const [exe, time] of known?.programs ?? []) put(before, exe, time);
  return { life, programs: new Map(), before };
}

function put(programs: Map<string, number>, exe: string, time: number): void {
  const known = programs.get(exe);
  if (known === undefined ? programs.size < mostPrograms : time < known) programs.set(exe, time);
}
