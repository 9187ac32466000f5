import { isUnknown } from '../../model/unknown.ts';
import { brief, isEmptyText } from '../texts.ts';

/** A value inside a template; undefined is what is not there. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | ReadonlyMap<string, Value>;

/** A function of a template. Throws TemplateError where it fails, Unknowable where what it gives can't be known. */
export type TemplateFunction = (...args: Value[]) => Value;

/** A template that its own tool would refuse, or stop at. */
export class TemplateError extends Error {}

/** Something that can't be known, or that is not modelled: the place in the output is unknown because of `reason`. */
export class Unknowable {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = brief(reason);
  }
}

/** Bounds on one rendering. */
export const templateLimits = {
  /** Blocks and brackets inside each other. */
  depth: 60,
  /** Turns of all loops, and nodes that are rendered. */
  steps: 20_000,
  characters: 1024 * 1024,
} as const;

/** Whether a value counts as true: all but nothing, zero, and what is empty. Throws Unknowable. */
export function isTruthy(value: Value): boolean {
  if (typeof value !== 'string') return isThere(value);
  const isEmpty = isEmptyText(value);
  if (isEmpty === undefined) throw new Unknowable(value);
  return !isEmpty;
}

function isThere(value: Exclude<Value, string>): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}

/** A text of which all is known. Throws Unknowable. */
export function knownText(value: Value): string {
  const text = typeof value === 'string' ? value : String(value ?? '');
  if (isUnknown(text)) throw new Unknowable(text);
  return text;
}

/** Counts what a rendering does. Throws TemplateError where it is too much. */
export class Steps {
  #left: number = templateLimits.steps;
  #depth = 0;

  spend(count = 1): void {
    this.#left -= count;
    if (this.#left < 0) throw new TemplateError('it does too much');
  }

  nested<T>(work: () => T): T {
    if (++this.#depth > templateLimits.depth) throw new TemplateError('it is nested too deeply');
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }
}
