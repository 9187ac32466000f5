import type { Socket } from '../model/observation.ts';
import type { Declaration } from '../model/workload.ts';
import type { Holder } from '../policy/compare.ts';
import { isOfKernel } from '../sensor/sockets/ephemeral.ts';

/** A container's first time, in which what its unknown programs listen on is taken for normal. */
const quietPeriod = 60_000;

/** Ports that are remembered of one workload. */
const mostLearned = 1000;

/** What programs that no pack knows may listen on: what the image and the run declare, and what they did at first. */
export class Baseline {
  readonly #declaration: Declaration;
  readonly #until: number;
  readonly #learned = new Set<string>();
  /** Executables, by transport and port. */
  readonly #owners = new Map<string, string>();

  /**
   * `isThereAlready`: it ran before the defender looked, so what is seen of it first is what it does. `time`: the host's
   * clock, which may be set; `now`: milliseconds of one that never jumps.
   */
  constructor(declaration: Declaration, isThereAlready: boolean, time = Date.now(), now = performance.now()) {
    this.#declaration = declaration;
    const age = isThereAlready ? 0 : Math.max(0, time - (declaration.startedAt || time));
    this.#until = now + quietPeriod - age;
  }

  /** A person's words for why a socket counts as normal; undefined where it does not. */
  allows(
    { transport, port, address }: Socket,
    holder: Holder | undefined,
    now = performance.now(),
  ): string | undefined {
    if (holder === undefined)
      return this.#learn(['', transport, address, port], 'a process that can not be seen', now);
    if (holder.distrust !== undefined || holder.process.origin !== 'image') return undefined;
    const isDeclared = this.#declaration.ports.some(
      (each) => each.transport === transport && each.port === port,
    );
    const place = `${transport} ${port}`;
    if (isDeclared && !this.#owners.has(place)) this.#owners.set(place, holder.process.exe);
    if (isDeclared)
      return `${transport} ${port} is exposed or published, and of ${holder.process.exe} no more is known`;
    const { exe } = holder.process;
    // What opens ports of the kernel's choice does so all day.
    const where = isOfKernel(port) ? 'any' : port;
    const learned = this.#learn([exe, transport, address, where], `${exe}, of which no more is known,`, now);
    if (learned !== undefined && where !== 'any' && !this.#owners.has(place)) this.#owners.set(place, exe);
    return learned;
  }

  /** The program that was first seen to listen on a port. */
  ownerOf({ transport, port }: Socket): string | undefined {
    return this.#owners.get(`${transport} ${port}`);
  }

  #learn(what: readonly (string | number)[], who: string, now: number): string | undefined {
    const key = JSON.stringify(what);
    if (now < this.#until && this.#learned.size < mostLearned) this.#learned.add(key);
    return this.#learned.has(key) ? `learned: ${who} listened on it from the beginning` : undefined;
  }
}
