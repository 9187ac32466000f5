import { isUnknown } from '../../model/unknown.ts';
import { isEmptyText } from '../texts.ts';
import { isSame, numberOf, ofText } from './functions.ts';
import {
  isTruthy,
  knownText,
  TemplateError,
  type TemplateFunction,
  Unknowable,
  type Value,
} from './value.ts';

type Functions = Readonly<Record<string, TemplateFunction>>;

/** What a function may ask for. */
export interface Surroundings {
  env: ReadonlyMap<string, string>;
  /** A file's text; undefined where there is none. */
  readFile(path: string): string | undefined;
}

const split = (text: string, separator: string) => (separator === '' ? [...text] : text.split(separator));

function joined(list: Value, separator: Value): Value {
  if (!Array.isArray(list)) throw new Unknowable('a list');
  return list.map((each: Value) => String(each ?? '')).join(knownText(separator));
}

function calculated(work: (a: number, b: number) => number): TemplateFunction {
  return (...args) => args.map(numberOf).reduce(work);
}

const arithmetic: Functions = {
  add: calculated((a, b) => a + b),
  sub: calculated((a, b) => a - b),
  mul: calculated((a, b) => a * b),
  div: calculated((a, b) => Math.trunc(a / b)),
  mod: calculated((a, b) => a % b),
  seq: (from, to) =>
    Array.from(
      { length: Math.max(0, Math.min(10_000, numberOf(to) - numberOf(from) + 1)) },
      (_, i) => numberOf(from) + i,
    ),
};

const booleans: Readonly<Record<string, boolean>> = {
  1: true,
  t: true,
  true: true,
  0: false,
  f: false,
  false: false,
};

function parseBool(value: Value): boolean {
  const found = booleans[knownText(value).toLowerCase()];
  if (found === undefined) throw new TemplateError('no boolean');
  return found;
}

function fromJson(value: Value): Value {
  try {
    return asValue(JSON.parse(knownText(value)) as unknown);
  } catch (error) {
    if (error instanceof SyntaxError) throw new TemplateError('no JSON');
    throw error;
  }
}

/** What JSON holds, as templates see it. */
export function asValue(json: unknown): Value {
  if (Array.isArray(json)) return json.map(asValue);
  if (typeof json === 'object' && json !== null)
    return new Map(Object.entries(json).map(([key, value]) => [key, asValue(value)]));
  return json as Value;
}

const isEmptyOrNone = (value: Value) => value === undefined || value === null || !isTruthy(value);

/** jwilder/dockerize: the value comes first. */
export function dockerizeFunctions({ env }: Surroundings): Functions {
  return {
    ...arithmetic,
    contains: (map, key) => map instanceof Map && map.has(knownText(key)),
    exists: ofText('exists', () => {
      throw new Unknowable('a file that is there');
    }),
    split: ofText('split', split),
    replace: ofText('replace', (text, from = '', to = '', count = '-1') =>
      replaced(text, from, to, Number(count)),
    ),
    default: (...args) => {
      const found = args.find((arg) => arg !== undefined && arg !== null);
      if (found === undefined) throw new TemplateError('default without a value');
      return found;
    },
    parseBool,
    atoi: numberOf,
    isTrue: (value) => booleans[knownText(value).toLowerCase()] ?? false,
    lower: ofText('lower', (text) => text.toLowerCase()),
    upper: ofText('upper', (text) => text.toUpperCase()),
    loop: (...args) => {
      const [start, stop, step] = args.length === 1 ? [0, ...args, 1] : [...args, 1];
      const [a, b, by] = [numberOf(start), numberOf(stop), numberOf(step)];
      return Array.from(
        { length: Math.max(0, Math.min(10_000, Math.ceil((b - a) / by))) },
        (_, i) => a + i * by,
      );
    },
    env: (name) => env.get(knownText(name)),
  };
}

function replaced(text: string, from: string, to: string, count: number): string {
  if (count < 0) return text.replaceAll(from, () => to);
  const parts = text.split(from);
  const first = parts.slice(0, count + 1).join(to);
  return [first, ...parts.slice(count + 1)].join(from);
}

/** confd: `getenv`, and its keys, which are the environment's in another spelling where that is the source. */
export function confdFunctions(surroundings: Surroundings, keys: ReadonlyMap<string, string>): Functions {
  const { env } = surroundings;
  const get = (key: Value, ...defaults: Value[]): Value => {
    const found = keys.get(knownText(key)) ?? defaults[0];
    if (found === undefined) throw new TemplateError(`key does not exist: ${knownText(key)}`);
    return found;
  };
  const matching = (pattern: Value) => {
    const parts = knownText(pattern).split('/');
    const fits = (key: string) => {
      const own = key.split('/');
      return (
        own.length === parts.length &&
        own.every((part, i) => parts[i] === part || globFits(parts[i] ?? '', part))
      );
    };
    return [...keys].filter(([key]) => fits(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  };
  const pair = ([key, value]: [string, string]): Value =>
    new Map([
      ['Key', key],
      ['Value', value],
    ]);
  return {
    ...arithmetic,
    getenv: (name, otherwise = '') => env.get(knownText(name)) || otherwise,
    exists: (key) => keys.has(knownText(key)),
    get: (key) => pair([knownText(key), String(get(key))]),
    getv: get,
    gets: (pattern) => matching(pattern).map(pair),
    getvs: (pattern) => matching(pattern).map(([, value]) => value),
    ls: (key) => childrenOf(keys, knownText(key)),
    base: ofText('base', (path) => path.slice(path.lastIndexOf('/') + 1)),
    dir: ofText('dir', (path) => path.slice(0, Math.max(1, path.lastIndexOf('/')))),
    split: ofText('split', split),
    join: joined,
    json: fromJson,
    jsonArray: fromJson,
    parseBool,
    atoi: numberOf,
    toUpper: ofText('toUpper', (text) => text.toUpperCase()),
    toLower: ofText('toLower', (text) => text.toLowerCase()),
    contains: (text, part) => knownText(text).includes(knownText(part)),
    replace: ofText('replace', (text, from = '', to = '', count = '-1') =>
      replaced(text, from, to, Number(count)),
    ),
    trimSuffix: ofText('trimSuffix', (text, end = '') =>
      end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text,
    ),
    fileExists: (path) => surroundings.readFile(knownText(path)) !== undefined,
  };
}

function globFits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  const last = rest.at(-1) ?? '';
  return (
    rest.length === 1 &&
    text.length >= first.length + last.length &&
    text.startsWith(first) &&
    text.endsWith(last)
  );
}

function childrenOf(keys: ReadonlyMap<string, string>, folder: string): string[] {
  const start = folder.replace(/\/*$/, '/');
  const names = [...keys.keys()].flatMap((key) =>
    key.startsWith(start) ? (key.slice(start.length).split('/')[0] ?? []) : [],
  );
  return [...new Set(names)].sort();
}

/** Sprig and its like: the value comes last. */
export function sprigFunctions({ env, readFile }: Surroundings): Functions {
  const text = (name: string, work: (...texts: string[]) => Value) => ofText(name, work);
  return {
    ...arithmetic,
    env: (name) => env.get(knownText(name)) ?? '',
    getenv: (name, otherwise = '') => env.get(knownText(name)) || otherwise,
    default: (otherwise, value) => (isEmptyOrNone(value) ? otherwise : value),
    coalesce: (...values) => values.find((value) => !isEmptyOrNone(value)),
    empty: isEmptyOrNone,
    ternary: (yes, no, test) => (isTruthy(test) ? yes : no),
    required: (message, value) => {
      if (isEmptyOrNone(value)) throw new TemplateError(knownText(message));
      return value;
    },
    upper: text('upper', (value) => value.toUpperCase()),
    lower: text('lower', (value) => value.toLowerCase()),
    title: text('title', (value = '') => value.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())),
    trim: text('trim', (value) => value.trim()),
    trimPrefix: text('trimPrefix', (start, value = '') =>
      value.startsWith(start) ? value.slice(start.length) : value,
    ),
    trimSuffix: text('trimSuffix', (end, value = '') =>
      end !== '' && value.endsWith(end) ? value.slice(0, -end.length) : value,
    ),
    replace: text('replace', (from, to = '', value = '') => value.replaceAll(from, () => to)),
    contains: (part, value) => knownText(value).includes(knownText(part)),
    hasPrefix: (start, value) => knownText(value).startsWith(knownText(start)),
    hasSuffix: (end, value) => knownText(value).endsWith(knownText(end)),
    splitList: text('splitList', (separator, value = '') => split(value, separator)),
    join: (separator, list) => joined(list, separator),
    list: (...items) => items,
    dict: (...items) =>
      new Map(items.flatMap((key, i) => (i % 2 === 0 ? [[knownText(key), items[i + 1]] as const] : []))),
    has: (item, list) => Array.isArray(list) && list.some((each: Value) => isSame(each, item)),
    hasKey: (map, key) => map instanceof Map && map.has(knownText(key)),
    first: (list) => (Array.isArray(list) ? (list[0] as Value) : undefined),
    last: (list) => (Array.isArray(list) ? (list.at(-1) as Value) : undefined),
    quote: (...values) => values.map((value) => `"${String(value ?? '')}"`).join(' '),
    squote: (...values) => values.map((value) => `'${String(value ?? '')}'`).join(' '),
    indent: text('indent', (count, value = '') =>
      value.replace(/^/gm, ' '.repeat(Math.min(200, Number(count)))),
    ),
    int: numberOf,
    atoi: numberOf,
    toString: (value: Value): Value => String(value ?? ''),
    fromJson,
    until: (count) => Array.from({ length: Math.min(10_000, numberOf(count)) }, (_, i) => i),
    file: (path) => {
      const found = readFile(knownText(path));
      if (found === undefined) throw new TemplateError(`no file ${knownText(path)}`);
      return found;
    },
  };
}

/** consul-template: the environment and files are there; Consul's and Vault's keys can't be known. */
export function consulFunctions(surroundings: Surroundings): Functions {
  const { env } = surroundings;
  const sprig = sprigFunctions(surroundings);
  const prefixed = Object.fromEntries(Object.entries(sprig).map(([name, work]) => [`sprig_${name}`, work]));
  const { trim, trimPrefix, trimSuffix, contains, add, sub: subtract, file, quote: _, ...rest } = sprig;
  return {
    ...prefixed,
    ...{
      file,
      contains,
      trimSpace: trim,
      trimPrefix,
      trimSuffix,
      join: rest.join,
      add,
      subtract,
      parseJSON: fromJson,
      parseBool,
    },
    env: (name) => env.get(knownText(name)) ?? '',
    mustEnv: (name) => {
      const found = env.get(knownText(name));
      if (found === undefined) throw new TemplateError(`${knownText(name)} is not set`);
      return found;
    },
    envOrDefault: (name, otherwise) => env.get(knownText(name)) || otherwise,
    parseInt: numberOf,
    split: ofText('split', (separator, text = '') => split(text, separator)),
    toLower: rest.lower,
    toUpper: rest.upper,
    replaceAll: rest.replace,
  } as Functions;
}

/** gomplate: functions of its own namespaces, most of them also by a short name. */
export function gomplateFunctions(surroundings: Surroundings): Functions {
  const { env, readFile } = surroundings;
  const sprig = sprigFunctions(surroundings);
  const getenv: TemplateFunction = (name, otherwise = '') => {
    const found = env.get(knownText(name));
    if (found !== undefined && isEmptyText(found) !== true) return found;
    const file = env.get(`${knownText(name)}_FILE`);
    return (file === undefined ? undefined : readFile(file)?.trimEnd()) ?? otherwise;
  };
  const short = {
    ...sprig,
    getenv,
    bool: (value: Value): Value => ['1', 't', 'true', 'yes', 'on'].includes(knownText(value).toLowerCase()),
    slice: (...items: Value[]) => items,
    split: ofText('split', (separator, text = '') => split(text, separator)),
    replaceAll: sprig.replace,
    toUpper: sprig.upper,
    toLower: sprig.lower,
    trimSpace: sprig.trim,
    json: fromJson,
    jsonArray: fromJson,
    join: joined,
  } as Functions;
  const renamed = (namespace: string, names: string) =>
    Object.fromEntries(
      names.split(' ').flatMap((name) => {
        const work = short[name];
        return work ? [[`${namespace}.${name[0]?.toUpperCase()}${name.slice(1)}`, work]] : [];
      }),
    );
  return {
    ...short,
    ...renamed('env', 'getenv'),
    ...renamed(
      'strings',
      'toUpper toLower trimSpace trimPrefix trimSuffix contains hasPrefix hasSuffix split replaceAll indent title trim',
    ),
    ...renamed('conv', 'default bool join toString'),
    ...renamed('math', 'add sub mul div seq'),
    ...renamed('coll', 'slice dict has'),
    ...renamed('data', 'json jsonArray'),
    ...(short.has && { 'coll.Has': (list: Value, item: Value) => hasIn(list, item) }),
    has: hasIn,
    'conv.ToInt': numberOf,
    'env.ExpandEnv': (text) => expanded(knownText(text), env),
    'file.Exists': (path) => readFile(knownText(path)) !== undefined,
    'file.Read': (path) => (sprig.file as TemplateFunction)(path),
    'test.Required': sprig.required as TemplateFunction,
  };
}

function hasIn(list: Value, item: Value): boolean {
  if (list instanceof Map) return list.has(knownText(item));
  return Array.isArray(list) && list.some((each: Value) => isSame(each, item));
}

function expanded(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, bare) => env.get(braced ?? bare) ?? '');
}

/** The environment as `.Env` of a template. */
export function envValue(env: ReadonlyMap<string, string>): ReadonlyMap<string, Value> {
  return new Map([...env].filter(([name]) => !isUnknown(name)));
}
