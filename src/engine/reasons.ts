import { showUnknown, unknownReasons } from '../model/unknown.ts';

/** Thrown inside the engine where a needed value is unknown; whoever evaluates a rule turns it into a finding. */
export class UnknownValue extends Error {
  constructor(text: string) {
    super(`unknown until the container runs: ${unknownReasons(text).join(', ') || showUnknown(text)}`);
    this.name = 'UnknownValue';
  }
}

/** Thrown inside the engine where the program would refuse to start. */
export class Refusal extends Error {}
