import { Halt } from './jumps.ts';
import { launchLimits } from './limits.ts';

/** What following one start may still cost; shared by all paths through it. */
export class Budget {
  #steps: number = launchLimits.steps;
  #depth = 0;

  /** Throws `Halt` when all is spent. */
  spend(steps = 1): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new Halt(`it takes more than ${launchLimits.steps} steps`);
  }

  /** Work in proportion to a text's length. */
  spendOn(length: number): void {
    this.spend(length / launchLimits.textPerStep);
  }

  get spent(): boolean {
    return this.#steps < 0;
  }

  /** Runs `work` one level deeper in the syntax. */
  nested<T>(work: () => T): T {
    if (this.#depth >= launchLimits.depth) throw new Halt('its commands are nested too deeply');
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }
}
