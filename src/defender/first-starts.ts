/** Containers that are remembered; those that were heard of longest ago go first. */
const mostContainers = 10_000;

/** Programs of one container that are remembered. */
const mostPrograms = 1000;

/**
 * When each program of a container first ran, over all the times that the container was started: what was changed in it
 * later than that does not become its own by a restart.
 */
export class FirstStarts {
  readonly #seen = new Map<string, Map<string, number>>();

  /** `time`: milliseconds since 1970. */
  add(container: string, exe: string, time: number): void {
    const programs = this.#seen.get(container) ?? new Map<string, number>();
    this.#seen.delete(container);
    this.#seen.set(container, programs);
    const known = programs.get(exe);
    if (known === undefined ? programs.size < mostPrograms : time < known) programs.set(exe, time);
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined && this.#seen.size > mostContainers) this.#seen.delete(oldest);
  }

  /** Undefined where it was never seen to run. */
  of(container: string, exe: string): number | undefined {
    return this.#seen.get(container)?.get(exe);
  }
}
