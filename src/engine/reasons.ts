import type { Evidence } from '../model/evidence.ts';
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

/** ` (path:line)` for the end of a refusal's text; nothing where there is no line, as for an argument. */
export function placeOf(at: Evidence | undefined): string {
  return at?.line === undefined ? '' : ` (${at.path}:${at.line})`;
}
