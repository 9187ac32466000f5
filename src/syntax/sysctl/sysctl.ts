import { isUnknown } from '../../model/unknown.ts';
import { eachLine } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';

const key = /[ \t]*((?:\\\.|[A-Za-z0-9_-])+(?:\.(?:\\\.|[A-Za-z0-9_-])+)*)[ \t]*=[ \t]*/y;
const include = /[ \t]*include[ \t]+([-A-Za-z0-9_.*/]+)/y;
/** Nothing, a comment, or what is left of a line that may have had either. */
const rest = /[ \t]*(?:#[^\n]*)?\r?(?=\n|$)/y;
const comment = /[ \t]*#/;

/**
 * `dotted.key = value` a line, as in the cuttlefish grammar of rabbitmq.conf and riak.conf. `#` begins a comment,
 * also in a value; `'…'` around a value keeps it, and may go on over lines. Forms: `quoted`, `bare`, `include` (of
 * the name `include`), `unknown` for a line that is one unknown value. Values keep `$(NAME)` as written.
 */
export const sysctl = defineSyntax('sysctl', (draft, from) => {
  eachLine(draft.text, from, (start, end) => readLine(draft, start, end));
});

/** Answers where the next line begins, when a quoted value has taken more than one. */
function readLine(draft: Draft, start: number, end: number): number | undefined {
  const { text } = draft;
  if (matchEnd(rest, text, start) !== undefined) return;
  const included = execAt(include, text, start);
  if (included && matchEnd(rest, text, include.lastIndex) !== undefined) {
    const pathEnd = include.lastIndex;
    const nameStart = text.indexOf('include', start);
    draft.add({
      name: 'include',
      args: [included[1] ?? ''],
      start: nameStart,
      end: pathEnd,
      form: 'include',
    });
    return;
  }
  const found = execAt(key, text, start);
  if (!found || key.lastIndex > end) reportLine(draft, start, end);
  else return readValue(draft, found[1] ?? '', start + found[0].indexOf(found[1] ?? ''), key.lastIndex, end);
}

function readValue(
  draft: Draft,
  name: string,
  start: number,
  valueStart: number,
  lineEnd: number,
): number | undefined {
  const { text } = draft;
  const close = text[valueStart] === "'" ? text.indexOf("'", valueStart + 1) : -1;
  if (close > 0) {
    const next = matchEnd(rest, text, close + 1);
    if (next === undefined) draft.report(start, close + 1, 'text behind a quoted value');
    draft.add({ name, args: [text.slice(valueStart + 1, close)], start, end: close + 1, form: 'quoted' });
    if (close < lineEnd) return;
    const newline = text.indexOf('\n', close);
    return newline < 0 ? text.length : newline + 1;
  }
  const line = text.slice(valueStart, lineEnd);
  const found = comment.exec(line);
  const value = (found ? line.slice(0, found.index) : line).trimEnd();
  if (value === '') draft.report(start, lineEnd, `"${name}" has no value`);
  else draft.add({ name, args: [value], start, end: valueStart + value.length, form: 'bare' });
}

function reportLine(draft: Draft, start: number, end: number): void {
  const line = draft.text.slice(start, end).trim();
  const nameStart = draft.text.indexOf(line, start);
  if (isUnknown(line))
    draft.add({ name: line, args: [], start: nameStart, end: nameStart + line.length, form: 'unknown' });
  else
    draft.report(
      start,
      end,
      'neither a comment, an include nor "key = value": the rest is not read by the server',
    );
}

function execAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  return execAt(pattern, text, at) ? pattern.lastIndex : undefined;
}
