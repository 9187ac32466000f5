import type { Socket } from '../model/observation.ts';
import type { Declaration } from '../model/workload.ts';
import type { Holder } from '../policy/compare.ts';

/** A container's first time, in which what its unknown programs listen on is taken for normal. */
const quietPeriod = 60_000;

/** Ports that are remembered of one workload. */
const mostLearned = 1000;

/** What programs that no pack knows may listen on: what the image and the run declare, and what they did at first. */
export class Baseline {
  readonly #declaration: Declaration;
  readonly #until: number;
  readonly #learned = new Set<string>();

  /** `isThereAlready`: it ran before the defender looked, so what is seen of it first is what it does. */
  constructor(declaration: Declaration, isThereAlready: boolean, now = Date.now()) {
    this.#declaration = declaration;
    this.#until = (isThereAlready ? now : declaration.startedAt || now) + quietPeriod;
  }

  /** A person's words for why a socket counts as normal; undefined where it does not. */
  allows(
    { transport, port, address }: Socket,
    holder: Holder | undefined,
    now = Date.now(),
  ): string | undefined {
    if (holder === undefined || holder.distrust !== undefined || holder.process.origin !== 'image')
      return undefined;
    const isDeclared = this.#declaration.ports.some(
      (each) => each.transport === transport && each.port === port,
    );
    if (isDeclared)
      return `${transport} ${port} is exposed or published, and no app pack knows ${holder.process.exe}`;
    const key = JSON.stringify([holder.process.exe, transport, address, port]);
    if (now < this.#until && this.#learned.size < mostLearned) this.#learned.add(key);
    if (!this.#learned.has(key)) return undefined;
    return `learned: ${holder.process.exe}, which no app pack knows, listened on it from the beginning`;
  }
}
