import { isSpace, skipSpace } from '../characters.ts';
import { undoEscapes } from '../escapes.ts';

export interface Argument {
  /** With quotes and escapes undone. */
  value: string;
  start: number;
  end: number;
}

/**
 * sdssplitargs: words between blanks. Quotes open anywhere in a word; a closing quote must end it. In "…" all escapes
 * count, in '…' only that of the quote. Undefined where quotes are not balanced.
 */
export function splitArguments(text: string, from: number, end: number): Argument[] | undefined {
  const args: Argument[] = [];
  let pos = skipSpace(text, from, end);
  while (pos < end) {
    const argument = readArgument(text, pos, end);
    if (!argument) return undefined;
    args.push(argument);
    pos = skipSpace(text, argument.end, end);
  }
  return args;
}

function readArgument(text: string, start: number, end: number): Argument | undefined {
  let pos = start;
  for (; pos < end; pos++) {
    const char = text[pos];
    if (char === ' ' || char === '\t' || char === '\r') break;
    if (char !== '"' && char !== "'") continue;
    const close = endOfQuoted(text, pos, end);
    if (close === undefined || (close + 1 < end && !isSpace(text.charCodeAt(close + 1)))) return undefined;
    return { value: text.slice(start, pos) + undo(text.slice(pos + 1, close), char), start, end: close + 1 };
  }
  return { value: text.slice(start, pos), start, end: pos };
}

/** Where the closing quote stands. */
function endOfQuoted(text: string, open: number, end: number): number | undefined {
  const quote = text[open];
  for (let pos = open + 1; pos < end; pos++) {
    if (text[pos] === quote) return pos;
    if (text[pos] === '\\' && (quote === '"' || text[pos + 1] === "'")) pos++;
  }
  return undefined;
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

function undo(raw: string, quote: string): string {
  if (quote === "'") return raw.replaceAll("\\'", "'");
  return undoEscapes(raw, /\\x[0-9a-fA-F]{2}|\\[\s\S]/g, (sequence) => {
    if (sequence.length === 4) return Number.parseInt(sequence.slice(2), 16);
    const char = sequence.slice(1);
    return controls[char] ?? char;
  });
}
