import { isUnknown } from '../../model/unknown.ts';
import { decodeEscapes } from '../shell/quoting.ts';
import { aroundUnknown, linesOf } from '../texts.ts';
import type { Tool } from './call.ts';

/** `1,3-5,7-`: whether a position (from 1) is in the list. */
function inList(list: string): ((position: number) => boolean) | undefined {
  const ranges = list.split(/[,\s]/).map((part) => /^(\d*)(-?)(\d*)$/.exec(part));
  if (ranges.some((range) => range === null || range[0] === '' || range[0] === '-')) return undefined;
  return (position) =>
    ranges.some((range) => {
      const [, from = '', dash = '', to = ''] = range ?? [];
      if (dash === '') return position === Number(from);
      return position >= Number(from || '1') && (to === '' || position <= Number(to));
    });
}

export const cut: Tool = (call) => {
  const options = call.options({
    short: 'd:f:c:b:sn',
    long: {
      delimiter: true,
      fields: true,
      characters: true,
      bytes: true,
      'only-delimited': false,
      complement: false,
      'output-delimiter': true,
    },
  });
  if (options === undefined) return call.fail('invalid option');
  const fields = options.value('f', 'fields');
  const listed = inList(fields ?? options.value('c', 'b', 'characters', 'bytes') ?? '');
  if (listed === undefined) return call.fail('invalid list');
  const wanted = (position: number) => listed(position) !== options.has('complement');
  const delimiter = options.value('d', 'delimiter') || (options.has('d') ? '\0' : '\t');
  const between = options.value('output-delimiter') ?? delimiter;
  const { texts, status } = call.readAll(options.rest);
  const pick = (line: string): string | undefined => {
    if (fields === undefined) return [...line].filter((_, i) => wanted(i + 1)).join('');
    const parts = line.split(delimiter);
    if (parts.length === 1) return options.has('s', 'only-delimited') ? undefined : line;
    return parts.filter((_, i) => wanted(i + 1)).join(between);
  };
  for (const { text } of texts) {
    for (const line of linesOf(text)) {
      const picked = aroundUnknown(line, call.process.argv.join(' '), (shielded) => pick(shielded) ?? '\0');
      if (picked !== '\0') call.out(`${picked}\n`);
    }
  }
  return status;
};

const classes: Readonly<Record<string, string>> = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  digit: '0123456789',
  space: '\t\n\v\f\r ',
  blank: '\t ',
  punct: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};

/** All characters of a set of tr(1), in order; `repeat`: the length that `[x*]` fills up. */
function charactersOf(set: string): string[] {
  const text = decodeEscapes(
    set.replace(/\\([\\-])/g, (_, char) => (char === '\\' ? '\\\\' : '\\055')),
    'printf',
  ).text;
  const out: string[] = [];
  for (let i = 0; i < text.length; ) {
    const named = /^\[:(\w+):\]/.exec(text.slice(i));
    if (named) {
      out.push(...classCharacters(named[1] as string));
      i += named[0].length;
    } else if (text[i + 1] === '-' && i + 2 < text.length) {
      const [from, to] = [text.charCodeAt(i), text.charCodeAt(i + 2)];
      for (let code = from; code <= to && out.length < 70_000; code++) out.push(String.fromCharCode(code));
      i += 3;
    } else {
      out.push(text[i] as string);
      i++;
    }
  }
  return out;
}

function classCharacters(name: string): string {
  const { upper = '', lower = '', digit = '', punct = '' } = classes;
  if (name === 'alpha') return upper + lower;
  if (name === 'alnum') return digit + upper + lower;
  if (name === 'xdigit') return `${digit}ABCDEFabcdef`;
  if (name === 'graph') return digit + upper + lower + punct;
  if (name === 'print') return `${digit + upper + lower + punct} `;
  if (name === 'cntrl') return Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join('');
  return classes[name] ?? '';
}

export const tr: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'cCdst', permute: false });
  if (options === undefined) return call.fail('invalid option');
  const [first = '', second] = options.rest;
  if (isUnknown(first) || isUnknown(second ?? '')) return call.unknown();
  const complement = options.has('c', 'C');
  const members = new Set(charactersOf(first));
  const inFirst = (char: string) => members.has(char) !== complement;
  const removes = options.has('d');
  const target = second === undefined ? [] : charactersOf(second);
  const order = charactersOf(first);
  const replaced = new Map(order.map((char, i) => [char, target[Math.min(i, target.length - 1)] ?? char]));
  const change = (char: string) => {
    if (removes || target.length === 0 || !inFirst(char)) return char;
    return complement ? (target.at(-1) as string) : (replaced.get(char) ?? char);
  };
  const squeezed = new Set(second === undefined ? [] : target);
  const squeezes = (char: string) =>
    options.has('s') && (second === undefined ? inFirst(char) : squeezed.has(char));
  const translate = (text: string) => {
    let out = '';
    for (const char of text) {
      if (removes && inFirst(char)) continue;
      const next = change(char);
      if (!(squeezes(next) && out.endsWith(next))) out += next;
    }
    return out;
  };
  call.out(aroundUnknown(call.stdin(), call.process.argv.join(' '), translate));
  return 0;
};

export const paste: Tool = (call) => {
  const options = call.options({ short: 'd:s', long: { delimiters: true, serial: false } });
  if (options === undefined) return 1;
  const delimiters = decodeEscapes(options.value('d', 'delimiters') ?? '\t', 'printf').text || '';
  const { texts, status } = call.readAll(options.rest);
  const columns = texts.map(({ text }) => linesOf(text));
  const join = (parts: readonly string[]) =>
    parts.reduce(
      (out, part, i) => (i === 0 ? part : out + (delimiters[(i - 1) % delimiters.length] ?? '') + part),
      '',
    );
  if (options.has('s', 'serial')) {
    for (const column of columns) call.out(`${join(column)}\n`);
    return status;
  }
  const length = Math.max(0, ...columns.map((column) => column.length));
  for (let i = 0; i < length; i++) call.out(`${join(columns.map((column) => column[i] ?? ''))}\n`);
  return status;
};
