import { isSpace, skipSpace } from '../characters.ts';

export interface Word {
  /** With quotes and escapes undone. */
  value: string;
  start: number;
  end: number;
}

/**
 * ap_getword_conf: quotes count only when they open a word, and close it wherever they stand; a missing closing quote
 * is none. A backslash protects itself and, inside quotes, the quote; before anything else it is kept.
 */
export function readWord(text: string, from: number, end: number): Word | undefined {
  const start = skipSpace(text, from, end);
  if (start >= end) return undefined;
  const first = text.charCodeAt(start);
  return first === doubleQuote || first === singleQuote
    ? readQuoted(text, start, end, first)
    : readBare(text, start, end);
}

/** The values of all words from an offset on. */
export function readValues(text: string, from: number, end: number): string[] {
  const values: string[] = [];
  for (let word = readWord(text, from, end); word; word = readWord(text, word.end, end))
    values.push(word.value);
  return values;
}

const doubleQuote = 0x22;
const singleQuote = 0x27;
const backslash = 0x5c;

function readQuoted(text: string, start: number, end: number, quote: number): Word {
  let pos = start + 1;
  for (; pos < end && text.charCodeAt(pos) !== quote; pos++) {
    const next = pos + 1 < end ? text.charCodeAt(pos + 1) : 0;
    if (text.charCodeAt(pos) === backslash && (next === quote || next === backslash)) pos++;
  }
  const close = Math.min(pos, end);
  const value = undoEscapes(text.slice(start + 1, close), text[start]);
  return { value, start, end: Math.min(close + 1, end) };
}

function readBare(text: string, start: number, end: number): Word {
  let pos = start;
  while (pos < end && !isSpace(text.charCodeAt(pos))) pos++;
  return { value: undoEscapes(text.slice(start, pos)), start, end: pos };
}

function undoEscapes(raw: string, quote?: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\([\\"'])/g, (both, char: string) => (char === '\\' || char === quote ? char : both));
}
