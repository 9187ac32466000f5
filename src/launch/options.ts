/** The options that a command knows, for getopt_long(3). */
export interface OptionSpec {
  /** Letters, each followed by `:` when it takes a value: `ab:c`. */
  short?: string;
  /** Long names; `true` where a value follows, `'optional'` where only `=value` gives one. */
  long?: Readonly<Record<string, boolean | 'optional'>>;
  /** Options may stand behind operands too (GNU tools). Otherwise the first operand ends them. */
  permute?: boolean;
  /** Options that are not in the list are taken for flags instead of an error. */
  lenient?: boolean;
}

export interface ParsedOptions {
  /** In the order given; short names without dash, long names in full. */
  options: { name: string; value: string }[];
  rest: string[];
  has(...names: string[]): boolean;
  /** The last value given for one of these names. */
  value(...names: string[]): string | undefined;
  values(...names: string[]): string[];
}

/** Splits arguments as getopt_long(3) does; undefined on an option that is not known or lacks its value. */
export function parseOptions(args: readonly string[], spec: OptionSpec): ParsedOptions | undefined {
  const options: { name: string; value: string }[] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      rest.push(...args.slice(i + 1));
      break;
    }
    if (arg === '-' || !arg.startsWith('-')) {
      if (!spec.permute) {
        rest.push(...args.slice(i));
        break;
      }
      rest.push(arg);
      continue;
    }
    const taken = arg.startsWith('--') ? longOption(args, i, spec) : shortOptions(args, i, spec);
    if (taken === undefined) return undefined;
    options.push(...taken.options);
    i = taken.last;
  }
  return { options, rest, ...accessors(options) };
}

function accessors(options: readonly { name: string; value: string }[]) {
  const values = (...names: string[]) =>
    options.filter(({ name }) => names.includes(name)).map(({ value }) => value);
  return {
    values,
    has: (...names: string[]) => options.some(({ name }) => names.includes(name)),
    value: (...names: string[]) => values(...names).at(-1),
  };
}

interface Taken {
  options: { name: string; value: string }[];
  /** Index of the last argument that was used. */
  last: number;
}

function longOption(args: readonly string[], index: number, spec: OptionSpec): Taken | undefined {
  const arg = (args[index] as string).slice(2);
  const equals = arg.indexOf('=');
  const given = equals < 0 ? arg : arg.slice(0, equals);
  const name = longName(given, spec);
  if (name === undefined) {
    return spec.lenient ? { options: [{ name: given, value: '' }], last: index } : undefined;
  }
  if (equals >= 0) return { options: [{ name, value: arg.slice(equals + 1) }], last: index };
  if (spec.long?.[name] !== true) return { options: [{ name, value: '' }], last: index };
  const value = args[index + 1];
  return value === undefined ? undefined : { options: [{ name, value }], last: index + 1 };
}

/** The long option that a word means: in full, or the only one that begins so. */
function longName(given: string, spec: OptionSpec): string | undefined {
  const names = Object.keys(spec.long ?? {});
  if (names.includes(given)) return given;
  const candidates = names.filter((name) => name.startsWith(given));
  return candidates.length === 1 ? candidates[0] : undefined;
}

function shortOptions(args: readonly string[], index: number, spec: OptionSpec): Taken | undefined {
  const letters = (args[index] as string).slice(1);
  const options: Taken['options'] = [];
  for (let i = 0; i < letters.length; i++) {
    const name = letters[i] as string;
    const at = name === ':' ? -1 : (spec.short ?? '').indexOf(name);
    if (at < 0 && !spec.lenient) return undefined;
    if (at < 0 || spec.short?.[at + 1] !== ':') {
      options.push({ name, value: '' });
      continue;
    }
    const glued = letters.slice(i + 1);
    if (glued !== '') return { options: [...options, { name, value: glued }], last: index };
    const value = args[index + 1];
    if (value === undefined) return undefined;
    return { options: [...options, { name, value }], last: index + 1 };
  }
  return { options, last: index };
}
