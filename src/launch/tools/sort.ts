import { isUnknown } from '../../model/unknown.ts';
import { byteOrder } from '../../rootfs/rootfs.ts';
import { linesOf } from '../texts.ts';
import type { Call, Tool } from './call.ts';

type Compare = (a: string, b: string) => number;

export const sort: Tool = (call) => {
  const options = call.options({
    short: 'bcCdfgGhiMmno:rRsk:t:uVzS:T:',
    long: {
      key: true,
      'field-separator': true,
      output: true,
      unique: false,
      reverse: false,
      'numeric-sort': false,
      'version-sort': false,
      'zero-terminated': false,
      'ignore-case': false,
      stable: false,
    },
  });
  if (options === undefined) return call.fail('invalid option', 2);
  const { texts, status } = call.readAll(options.rest);
  const text = texts
    .map((each) => (each.text.endsWith('\n') || each.text === '' ? each.text : `${each.text}\n`))
    .join('');
  if (options.has('R')) return call.unknown();
  const zero = options.has('z', 'zero-terminated');
  const lines = zero
    ? text.split('\0').filter((line, i, all) => line !== '' || i < all.length - 1)
    : linesOf(text);
  call.world.budget.spend((lines.length * Math.log2(lines.length + 2)) / 8);
  const letters = new Set(options.options.map(({ name }) => longNames[name] ?? name));
  const compare = comparison(
    call,
    letters,
    options.values('k', 'key'),
    options.value('t', 'field-separator'),
  );
  const sorted = lines.sort(compare);
  const kept = letters.has('u')
    ? sorted.filter((line, i) => i === 0 || compare(sorted[i - 1] as string, line) !== 0)
    : sorted;
  const end = zero ? '\0' : '\n';
  const out = kept.map((line) => line + end).join('');
  const file = options.value('o', 'output');
  if (file !== undefined) return call.write(file, out) ? status : 2;
  call.out(out);
  return status;
};

const longNames: Readonly<Record<string, string>> = {
  unique: 'u',
  reverse: 'r',
  'numeric-sort': 'n',
  'version-sort': 'V',
  'ignore-case': 'f',
  stable: 's',
};

/** The order of lines: each key in turn, then the whole line, as sort(1) does without `-s`. */
function comparison(
  _call: Call,
  letters: ReadonlySet<string>,
  keys: readonly string[],
  separator: string | undefined,
): Compare {
  const base = orderOf(letters);
  const sign = letters.has('r') ? -1 : 1;
  if (keys.length === 0) {
    return (a, b) => sign * (base(a, b) || (letters.has('s') || letters.has('u') ? 0 : byteOrder(a, b)));
  }
  const compares = keys.map((key) => keyComparison(key, letters, separator));
  return (a, b) => {
    for (const compare of compares) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return letters.has('s') || letters.has('u') ? 0 : sign * byteOrder(a, b);
  };
}

function keyComparison(key: string, letters: ReadonlySet<string>, separator: string | undefined): Compare {
  const [, from = '1', fromChar = '', to, , own = ''] =
    /^(\d+)(?:\.(\d+))?[a-zA-Z]*(?:,(\d+)(?:\.(\d+))?)?([a-zA-Z]*)$/.exec(key) ?? [];
  const flags = new Set([...(/[a-zA-Z]/.exec(key) ? key.replace(/[^a-zA-Z]/g, '') : own)]);
  const used = flags.size > 0 ? flags : letters;
  const order = orderOf(used);
  const sign = used.has('r') ? -1 : 1;
  const part = (line: string) => {
    const fields = separator === undefined ? (line.match(/\s*\S+/g) ?? []) : line.split(separator);
    const end = to === undefined ? fields.length : Number(to);
    const text = fields.slice(Number(from) - 1, end).join(separator ?? '');
    const start = fromChar === '' ? text : text.slice(Number(fromChar) - 1);
    return used.has('b') ? start.trimStart() : start;
  };
  return (a, b) => sign * order(part(a), part(b));
}

function orderOf(letters: ReadonlySet<string>): Compare {
  if (letters.has('V')) return versionOrder;
  if (letters.has('n') || letters.has('g') || letters.has('h')) return numberOrder;
  if (letters.has('f')) return (a, b) => byteOrder(a.toUpperCase(), b.toUpperCase());
  return byteOrder;
}

const numberOrder: Compare = (a, b) => leadingNumber(a) - leadingNumber(b);

function leadingNumber(text: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1] || 0) || 0;
}

/**
 * The order of `sort -V` (GNU filevercmp): digits as numbers, the rest byte by byte with letters before other
 * characters and `~` before everything; a file's suffix is looked at last.
 */
export const versionOrder: Compare = (a, b) => {
  if (a === b) return 0;
  for (const special of ['', '.', '..']) {
    if (a === special) return -1;
    if (b === special) return 1;
  }
  if (a.startsWith('.') !== b.startsWith('.')) return a.startsWith('.') ? -1 : 1;
  const suffix = /(\.[A-Za-z~][A-Za-z0-9~]*)*$/;
  const [left, right] = [a.replace(suffix, ''), b.replace(suffix, '')];
  return revisionOrder(left, right) || revisionOrder(a, b) || byteOrder(a, b);
};

function revisionOrder(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
      const order = weight(a[i]) - weight(b[j]);
      if (order !== 0) return order;
      i++;
      j++;
    }
    const left = /^\d*/.exec(a.slice(i))?.[0] ?? '';
    const right = /^\d*/.exec(b.slice(j))?.[0] ?? '';
    const order = compareDigits(left.replace(/^0+/, ''), right.replace(/^0+/, ''));
    if (order !== 0) return order;
    i += left.length;
    j += right.length;
  }
  return 0;
}

function compareDigits(a: string, b: string): number {
  return a.length - b.length || byteOrder(a, b);
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

function weight(char: string | undefined): number {
  if (char === undefined || isDigit(char)) return 0;
  if (/[A-Za-z]/.test(char)) return char.charCodeAt(0);
  return char === '~' ? -1 : char.charCodeAt(0) + 256;
}

export const uniq: Tool = (call) => {
  const options = call.options({
    short: 'cdiuf:s:w:',
    long: { count: false, repeated: false, unique: false, 'ignore-case': false },
  });
  if (options === undefined) return 1;
  const text = call.readAll(options.rest.slice(0, 1)).texts[0]?.text;
  if (text === undefined) return 1;
  if (isUnknown(text) && options.has('c', 'count')) return call.unknown();
  const fold = (line: string) => (options.has('i', 'ignore-case') ? line.toLowerCase() : line);
  const groups: { line: string; count: number }[] = [];
  for (const line of linesOf(text)) {
    const last = groups.at(-1);
    if (last && fold(last.line) === fold(line)) last.count++;
    else groups.push({ line, count: 1 });
  }
  for (const { line, count } of groups) {
    if ((options.has('d', 'repeated') && count === 1) || (options.has('u', 'unique') && count > 1)) continue;
    call.out(options.has('c', 'count') ? `${String(count).padStart(7)} ${line}\n` : `${line}\n`);
  }
  return 0;
};
