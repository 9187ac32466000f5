import { isUnknown } from '../../model/unknown.ts';
import { asValue } from './families.ts';
import { isSame, numberOf, ofText } from './functions.ts';
import {
  isTruthy,
  knownText,
  TemplateError,
  type TemplateFunction,
  Unknowable,
  type Value,
} from './value.ts';

const text = (name: string, work: (...texts: string[]) => Value) => ofText(name, work);

function list(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  if (value instanceof Map) return [...value.keys()];
  return [...knownText(value)];
}

const otherwise: TemplateFunction = (value, instead = '', isForEmpty = false) => {
  if (value === undefined) return instead;
  return isForEmpty === true && !isTruthy(value) ? instead : value;
};

const asInteger: TemplateFunction = (value, instead = 0) => {
  const found = Number.parseInt(knownText(value), 10);
  return Number.isNaN(found) ? instead : found;
};

/** Filters, by name: the value first, then what is given in brackets. */
export const filters: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries<TemplateFunction>({
    default: otherwise,
    d: otherwise,
    int: asInteger,
    float: numberOf,
    string: (value) => String(value ?? ''),
    upper: text('upper', (value) => value.toUpperCase()),
    lower: text('lower', (value) => value.toLowerCase()),
    capitalize: text('capitalize', (value) => value.slice(0, 1).toUpperCase() + value.slice(1).toLowerCase()),
    trim: text('trim', (value) => value.trim()),
    replace: text('replace', (value, from = '', to = '') => value.replaceAll(from, () => to)),
    split: text('split', (value, separator = '') =>
      separator === '' ? value.split(/\s+/).filter(Boolean) : value.split(separator),
    ),
    startswith: (value, start) => knownText(value).startsWith(knownText(start)),
    endswith: (value, end) => knownText(value).endsWith(knownText(end)),
    join: (value, separator = '') => list(value).map(String).join(knownText(separator)),
    list: (value) => list(value),
    sort: (value) => [...list(value)].sort((a, b) => (knownText(a) < knownText(b) ? -1 : 1)),
    unique: (value) =>
      list(value).filter((each, i, all) => all.findIndex((other) => isSame(other, each)) === i),
    first: (value) => list(value)[0],
    last: (value) => list(value).at(-1),
    length: (value) => (value instanceof Map ? value.size : list(value).length),
    count: (value) => list(value).length,
    bool: (value) => ['true', '1', 'yes', 'on'].includes(knownText(value).toLowerCase()),
    quote: (value) => `'${String(value ?? '')}'`,
    tojson: (value) => JSON.stringify(knownText(value)),
    from_json: (value) => {
      try {
        return asValue(JSON.parse(knownText(value)) as unknown);
      } catch (error) {
        if (error instanceof SyntaxError) throw new TemplateError('no JSON');
        throw error;
      }
    },
    indent: text('indent', (value, width = '4') =>
      value.replace(/\n(?=.)/g, `\n${' '.repeat(Math.min(200, Number(width)))}`),
    ),
    safe: (value) => value,
    e: (value) => value,
    escape: (value) => value,
  }),
);

/** What stands behind `is`. */
export const tests: ReadonlyMap<string, (value: Value, ...args: Value[]) => boolean> = new Map(
  Object.entries<(value: Value, ...args: Value[]) => boolean>({
    defined: (value) => value !== undefined,
    undefined: (value) => value === undefined,
    none: (value) => value === null,
    string: (value) => typeof value === 'string',
    number: (value) => typeof value === 'number',
    mapping: (value) => value instanceof Map,
    iterable: (value) => Array.isArray(value) || typeof value === 'string',
    sameas: isSame,
    equalto: isSame,
    in: (value, all) => list(all).some((each) => isSame(each, value)),
    true: (value) => value === true,
    false: (value) => value === false,
    odd: (value) => numberOf(value) % 2 === 1,
    even: (value) => numberOf(value) % 2 === 0,
  }),
);

/** The items that a loop goes over. Throws Unknowable. */
export function itemsOf(value: Value): readonly Value[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string' && isUnknown(value)) throw new Unknowable(value);
  return list(value);
}
