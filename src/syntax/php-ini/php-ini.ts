import { eachLine, endOfText, skipSpace } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { readValue } from './value.ts';

/**
 * `name = value` a line, as PHP reads ini texts (zend_ini_scanner.l) one line at a time. The tree is flat: a section goes on
 * behind whatever is read in between. Forms: `heading` for `[section]`, by the name `[section]` with the section's own as
 * its argument; `option`; `bare` for a name without `=`. A name has its offset with it: `env[PATH]`. Words of truth and
 * their opposites are `1` and an empty text, unless they are quoted. A line with variables has its `raw`.
 */
export const phpIni = defineSyntax(
  'php-ini',
  (draft, from) => eachLine(draft.text, from, (start, end) => readLine(draft, start, end)),
  {
    skipsByteOrderMark: true,
    expand(raw, lookUp) {
      const { name, valueAt = raw.length } = divide(raw, 0, raw.length);
      const { text } = readValue(raw.slice(valueAt), lookUp);
      return { name, args: [text], form: 'option' };
    },
  },
);

function readLine(draft: Draft, lineStart: number, lineEnd: number): undefined {
  const { text } = draft;
  const start = skipSpace(text, lineStart, lineEnd);
  if (start === lineEnd || text[start] === ';') return;
  if (text[start] === '[') return readHeading(draft, lineStart, start, lineEnd);
  readOption(draft, start, lineEnd);
}

function readOption(draft: Draft, start: number, lineEnd: number): void {
  const { text } = draft;
  const { name, valueAt } = divide(text, start, lineEnd);
  if (valueAt === undefined) {
    draft.add({ name, args: [], start, end: start + name.length, form: 'bare' });
    return;
  }
  const value = readValue(text.slice(valueAt, lineEnd));
  const end = valueAt + value.length;
  if (value.flaw !== undefined) draft.report(valueAt, end, value.flaw);
  const raw = value.hasVariables ? { raw: text.slice(start, end) } : {};
  draft.add({ name, args: [value.text], start, end, form: 'option', ...raw });
}

/** Spaces alone before a heading make an array of it; what stands behind one is an option of the section. */
function readHeading(draft: Draft, lineStart: number, start: number, lineEnd: number): undefined {
  const { text } = draft;
  const length = text.slice(start, lineEnd).indexOf(']');
  const before = text.slice(lineStart, start);
  if (length < 0) draft.report(start, lineEnd, 'a section without "]"');
  else if (before !== '' && !before.includes('\t')) draft.report(start, lineEnd, 'spaces before a section');
  else {
    const end = start + length;
    const name = text.slice(start + 1, end).replace(/^(["'])(.*)\1$/, '$2');
    draft.add({ name: '[section]', args: [name], start, end: end + 1, form: 'heading' });
    const next = skipSpace(text, end + 1, lineEnd);
    if (next < lineEnd && text[next] !== ';') readOption(draft, next, lineEnd);
  }
}

/** A line's name, and where its value begins; a comment ends a name as well. */
function divide(text: string, start: number, lineEnd: number): { name: string; valueAt?: number } {
  const line = text.slice(start, lineEnd);
  const at = line.search(/[=;]/);
  const name = line.slice(0, endOfText(line, 0, at < 0 ? line.length : at));
  return line[at] === '=' ? { name, valueAt: start + at + 1 } : { name };
}
