import { isUnknown } from '../../model/unknown.ts';
import { sameText, unknownText } from '../texts.ts';
import {
  isTruthy,
  knownText,
  TemplateError,
  type TemplateFunction,
  Unknowable,
  type Value,
} from './value.ts';

const shownAs = (value: Value) => (value === undefined || value === null ? '<no value>' : String(value));

/** A function of texts, of an unknown text one that is unknown as well. */
export function ofText(name: string, work: (...texts: string[]) => Value): TemplateFunction {
  return (...args) => {
    const texts = args.map((arg) => (arg === undefined || arg === null ? '' : String(arg)));
    const unknown = texts.find(isUnknown);
    return unknown === undefined ? work(...texts) : unknownText(`${name} of ${unknown}`);
  };
}

/** Whether two values are the same. Throws Unknowable. */
export function isSame(a: Value, b: Value): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return a === b;
  const same = sameText(a, b);
  if (same === undefined) throw new Unknowable(`${a} == ${b}`);
  return same;
}

/** A number. Throws Unknowable or TemplateError. */
export function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  const text = knownText(value);
  if (!/^[-+]?\d+(\.\d+)?$/.test(text)) throw new TemplateError(`${JSON.stringify(text)} is no number`);
  return Number(text);
}

function compared(holds: (a: number, b: number) => boolean): TemplateFunction {
  return (a, b) => {
    if (typeof a === 'string' && typeof b === 'string') {
      const [x, y] = [knownText(a), knownText(b)];
      return holds(x < y ? -1 : x > y ? 1 : 0, 0);
    }
    return holds(numberOf(a), numberOf(b));
  };
}

function indexed(value: Value, ...keys: Value[]): Value {
  let found = value;
  for (const key of keys) {
    if (typeof found === 'string' && isUnknown(found)) throw new Unknowable(found);
    if (found instanceof Map) found = (found as ReadonlyMap<string, Value>).get(knownText(key));
    else if (Array.isArray(found)) {
      if (!(numberOf(key) in found)) throw new TemplateError('index out of range');
      found = found[numberOf(key)] as Value;
    } else throw new TemplateError('can’t index what is no list');
  }
  return found;
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(knownText(value));
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  throw new TemplateError('len of what has no length');
}

/** The functions that every template has. */
export const builtIns: Readonly<Record<string, TemplateFunction>> = {
  and: (...args) => args.find((arg) => !isTruthy(arg)) ?? args.at(-1),
  or: (...args) => args.find((arg) => isTruthy(arg)) ?? args.at(-1),
  not: (value) => !isTruthy(value),
  eq: (first, ...others) => others.some((other) => isSame(first, other)),
  ne: (a, b) => !isSame(a, b),
  lt: compared((a, b) => a < b),
  le: compared((a, b) => a <= b),
  gt: compared((a, b) => a > b),
  ge: compared((a, b) => a >= b),
  len: lengthOf,
  index: indexed,
  print: (...args) => args.map(shownAs).join(''),
  println: (...args) => `${args.map(shownAs).join(' ')}\n`,
  printf: (format, ...args) => formatted(knownText(format), args),
};

/** The verbs of Go that entrypoints use: `%s %v %d %q %x %t %%`, with widths. */
function formatted(format: string, args: readonly Value[]): string {
  let at = 0;
  return format.replace(
    /%([-+ 0]*)(\d*)(?:\.\d+)?([svdqtx%])/g,
    (_, flags: string, width: string, verb: string) => {
      if (verb === '%') return '%';
      const arg = args[at++];
      const text =
        verb === 'q'
          ? JSON.stringify(shownAs(arg))
          : verb === 'x'
            ? numberOf(arg).toString(16)
            : shownAs(arg);
      const filler = flags.includes('0') ? '0' : ' ';
      return flags.includes('-') ? text.padEnd(Number(width)) : text.padStart(Number(width), filler);
    },
  );
}
