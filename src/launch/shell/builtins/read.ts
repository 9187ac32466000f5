import { isUnknown } from '../../../model/unknown.ts';
import { launchLimits } from '../../limits.ts';
import { parseOptions } from '../../options.ts';
import { linesOf, type Status } from '../../texts.ts';
import { FieldMaker } from '../fields.ts';
import type { Shell } from '../shell.ts';
import { indexed } from '../values.ts';
import type { Builtin } from './builtin.ts';

/** `read`: a line of standard input, split into variables. */
export const read: Builtin = {
  run(shell, args) {
    const options = parseOptions(args, { short: 'a:d:ei:n:N:p:rst:u:' });
    if (options === undefined) return 2;
    const fd = Number(options.value('u') ?? 0);
    const stream = shell.io.get(fd);
    const line = readUntil(
      stream ? () => stream.line() : () => '',
      options.value('d') ?? '\n',
      options.has('r'),
    );
    shell.world.budget.spendOn(line.text.length);
    const count = Number(options.value('n', 'N'));
    const text = count > 0 ? line.text.slice(0, count) : line.text;
    const array = options.value('a');
    if (array !== undefined) shell.vars.set(array, indexed(fields(shell, text)));
    else assignFields(shell, options.rest, text, line.escaped);
    // What is unknown may hold any number of lines.
    if (isUnknown(line.text) && !line.ended) return undefined;
    return line.ended || (count > 0 && text !== '') ? 0 : 1;
  },
};

interface Line {
  text: string;
  /** The delimiter was there. */
  ended: boolean;
  /** Offsets of characters that a backslash quoted. */
  escaped: ReadonlySet<number>;
}

function readUntil(next: () => string, delimiter: string, raw: boolean): Line {
  let text = '';
  const escaped = new Set<number>();
  for (;;) {
    const line = next();
    if (line === '') return { text, ended: false, escaped };
    if (delimiter !== '\n') {
      text += line;
      if (delimiter !== '' && text.includes(delimiter))
        return { text: text.split(delimiter)[0] ?? '', ended: true, escaped };
      continue;
    }
    const ended = line.endsWith('\n');
    const body = ended ? line.slice(0, -1) : line;
    if (raw) return { text: text + body, ended, escaped };
    const continues = withoutBackslashes(body, text.length, escaped);
    text += continues.text;
    if (!continues.open || !ended) return { text, ended, escaped };
  }
}

/** Takes backslashes away; `open` when the last one quotes the line's end. */
function withoutBackslashes(
  body: string,
  offset: number,
  escaped: Set<number>,
): { text: string; open: boolean } {
  let text = '';
  for (let i = 0; i < body.length; i++) {
    if (body[i] !== '\\') {
      text += body[i];
      continue;
    }
    if (i === body.length - 1) return { text, open: true };
    escaped.add(offset + text.length);
    text += body[++i];
  }
  return { text, open: false };
}

function separators(shell: Shell): string {
  return shell.vars.text('IFS') ?? ' \t\n';
}

function fields(shell: Shell, text: string): string[] {
  const maker = new FieldMaker(separators(shell));
  maker.expanded(text);
  return maker.finish().map((field) => field.text);
}

function assignFields(
  shell: Shell,
  names: readonly string[],
  text: string,
  escaped: ReadonlySet<number>,
): void {
  if (names.length === 0) {
    shell.vars.set('REPLY', text);
    return;
  }
  const ifs = separators(shell);
  const blanks = [...ifs].filter((char) => /[ \t\n]/.test(char)).join('');
  const values = splitInto(text, names.length, ifs, blanks, escaped);
  names.forEach((name, index) => {
    shell.vars.set(name, values[index] ?? '');
  });
}

/** Fields for so many names: the last one takes what is left, with its separators, without blanks at the ends. */
function splitInto(
  text: string,
  count: number,
  ifs: string,
  blanks: string,
  escaped: ReadonlySet<number>,
): string[] {
  const isIfs = (i: number) => i < text.length && ifs.includes(text[i] as string) && !escaped.has(i);
  const isBlank = (i: number) => isIfs(i) && blanks.includes(text[i] as string);
  let at = 0;
  while (isBlank(at)) at++;
  let end = text.length;
  while (end > at && isBlank(end - 1)) end--;
  const values: string[] = [];
  while (values.length < count - 1 && at < end) {
    const start = at;
    while (at < end && !isIfs(at)) at = isUnknownAt(text, at);
    values.push(text.slice(start, at));
    while (at < end && isBlank(at)) at++;
    if (at < end && isIfs(at) && !isBlank(at)) {
      at++;
      while (at < end && isBlank(at)) at++;
    }
  }
  if (at < end) values.push(lastValue(text.slice(at, end), ifs, blanks));
  return values;
}

/** Behind a character, or behind an unknown part that starts there. */
function isUnknownAt(text: string, at: number): number {
  if (text[at] !== '\u{E000}') return at + 1;
  const close = text.indexOf('\u{E001}', at);
  return close < 0 ? text.length : close + 1;
}

/** A single separator at the very end belongs to the field before it. */
function lastValue(text: string, ifs: string, blanks: string): string {
  const last = text.at(-1) ?? '';
  const isSeparator = ifs.includes(last) && !blanks.includes(last);
  const others = [...text.slice(0, -1)].some((char) => ifs.includes(char) && !blanks.includes(char));
  return isSeparator && !others ? text.slice(0, -1) : text;
}

/** `mapfile`: the lines of standard input as an array. */
export const mapfile: Builtin = {
  dialects: ['bash'],
  run(shell, args): Status {
    const options = parseOptions(args, { short: 'd:n:O:s:tu:C:c:' });
    if (options === undefined) return 2;
    const text = (shell.io.get(Number(options.value('u') ?? 0)) ?? shell.io.in).rest();
    shell.world.budget.spendOn(text.length);
    const delimiter = options.value('d');
    const pieces = delimiter === undefined ? linesOf(text) : text.split(delimiter === '' ? '\0' : delimiter);
    if (delimiter !== undefined && pieces.at(-1) === '') pieces.pop();
    const lines = pieces.slice(Number(options.value('s') ?? 0)).slice(0, launchLimits.words);
    const end = delimiter ?? '\n';
    const items = lines.map((line) => (options.has('t') ? line : line + end));
    const limit = Number(options.value('n') ?? 0);
    shell.vars.set(options.rest[0] ?? 'MAPFILE', indexed(limit > 0 ? items.slice(0, limit) : items));
    return isUnknown(text) && shell.conditions > 0 ? undefined : 0;
  },
};
