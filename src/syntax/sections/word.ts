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
export function readWord(line: string, from: number): Word | undefined {
  const start = skipSpace(line, from);
  if (start >= line.length) return undefined;
  const first = line[start];
  return first === '"' || first === "'" ? readQuoted(line, start, first) : readBare(line, start);
}

/** All words from an offset on. */
export function readWords(line: string, from = 0): Word[] {
  const words: Word[] = [];
  for (let word = readWord(line, from); word; word = readWord(line, word.end)) words.push(word);
  return words;
}

function readQuoted(line: string, start: number, quote: string): Word {
  let pos = start + 1;
  for (; pos < line.length && line[pos] !== quote; pos++) {
    if (line[pos] === '\\' && (line[pos + 1] === quote || line[pos + 1] === '\\')) pos++;
  }
  const value = undoEscapes(line.slice(start + 1, pos), quote);
  return { value, start, end: Math.min(pos + 1, line.length) };
}

function readBare(line: string, start: number): Word {
  let end = start;
  while (end < line.length && !isSpace(line.charCodeAt(end))) end++;
  return { value: undoEscapes(line.slice(start, end)), start, end };
}

function undoEscapes(raw: string, quote?: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\([\\"'])/g, (both, char: string) => (char === '\\' || char === quote ? char : both));
}
