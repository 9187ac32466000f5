import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { endOfLine, nextLine, readPart } from './part.ts';

/**
 * `name = value` as java.util.Properties.load reads it: `=`, `:` or a blank behind the name, `#` and `!` before comments,
 * lines continued by a backslash, escapes undone. Java stops at a malformed `\uXXXX`; what stands before it counts.
 */
export const properties = defineSyntax('properties', (draft, from) => {
  const { text } = draft;
  for (let pos = skipBlanks(text, from); pos < text.length; pos = skipBlanks(text, pos)) {
    const next = readLine(draft, pos);
    if (next === undefined) return;
    pos = next;
  }
});

/** Reads the logical line whose first character is at `start`; answers where the next begins, if there is more to read. */
function readLine(draft: Draft, start: number): number | undefined {
  const { text } = draft;
  if (text[start] === '#' || text[start] === '!') return nextLine(text, endOfLine(text, start));
  const key = readPart(text, start, true);
  const value = readPart(text, afterSeparator(text, key.end), false);
  if (key.isMalformed || value.isMalformed) {
    draft.report(start, value.end, 'malformed \\uXXXX: neither the line nor what follows is read', false);
    return undefined;
  }
  draft.add({ name: key.value, args: [value.value], start, end: value.end });
  return nextLine(text, value.end);
}

/** Behind blanks, at most one `=` or `:`, and blanks; a continued line's beginning is such a blank. */
function afterSeparator(text: string, from: number): number {
  const pos = skipContinued(text, from);
  return text[pos] === '=' || text[pos] === ':' ? skipContinued(text, pos + 1) : pos;
}

const blanks = /(?:[ \t\f]|\\(?:\r\n|\r|\n))*/y;
const blanksAndLines = /[ \t\f\r\n]*/y;

function skipContinued(text: string, from: number): number {
  return endOf(blanks, text, from);
}

function skipBlanks(text: string, from: number): number {
  return endOf(blanksAndLines, text, from);
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return Math.max(from, pattern.lastIndex);
}
