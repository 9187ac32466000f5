import { isSpace, skipSpace } from '../characters.ts';
import { undoEscapes } from '../escapes.ts';

export interface Word {
  value: string;
  start: number;
  end: number;
}

export interface WordProblem {
  at: number;
  message: string;
}

export interface Words {
  words: Word[];
  problems: WordProblem[];
  /** Where the line's comment begins, or its end. */
  end: number;
}

/**
 * HAProxy's parse_line: words between blanks; `#` outside quotes begins a comment, even in a word. `'…'` is literal,
 * `"…"` knows escapes and variables; both may open in a word. Variables are kept, `\$` too.
 */
export function readWords(text: string, from: number, lineEnd: number): Words {
  const found: Words = { words: [], problems: [], end: lineEnd };
  let pos = skipSpace(text, from, lineEnd);
  while (pos < lineEnd && text[pos] !== '#') {
    const word = readWord(text, pos, lineEnd, found.problems);
    found.words.push(word);
    pos = skipSpace(text, word.end, lineEnd);
  }
  found.end = pos;
  return found;
}

/** Most words are of this. */
const ordinary = /[^ \t-\r\\"'#$]*/y;

function readWord(text: string, start: number, lineEnd: number, problems: WordProblem[]): Word {
  ordinary.lastIndex = start;
  ordinary.test(text);
  let pos = ordinary.lastIndex;
  let value = text.slice(start, pos);
  while (pos < lineEnd) {
    const char = text[pos] as string;
    if (char === '#' || isSpace(text.charCodeAt(pos))) break;
    const end = endOfPiece(text, pos, lineEnd);
    if (end === undefined) {
      problems.push({ at: pos, message: 'unmatched quote' });
      return { value: value + text.slice(pos + 1, lineEnd), start, end: lineEnd };
    }
    if (char !== "'") checkPiece(text.slice(pos, end), pos, problems);
    value += undoPiece(text.slice(pos, end));
    pos = end;
  }
  return { value, start, end: pos };
}

/** The end of a quoted piece with its quotes, or of a bare one; undefined where the quote does not close. */
function endOfPiece(text: string, start: number, lineEnd: number): number | undefined {
  const first = text[start];
  if (first === "'") {
    const length = text.slice(start + 1, lineEnd).indexOf("'");
    return length < 0 ? undefined : start + length + 2;
  }
  let pos = first === '"' ? start + 1 : start;
  for (; pos < lineEnd; pos++) {
    const char = text[pos];
    if (char === '\\') pos++;
    else if (first === '"') {
      if (char === '"') return pos + 1;
    } else if (char === '"' || char === "'" || char === '#' || isSpace(text.charCodeAt(pos))) return pos;
  }
  return first === '"' ? undefined : Math.min(pos, lineEnd);
}

const suspicious = /\\(?:x[0-9a-fA-F]{2}|[\s\S])|\$\{?(?![A-Za-z_.{])/g;

function checkPiece(piece: string, at: number, problems: WordProblem[]): void {
  for (const { 0: sequence, index } of piece.matchAll(suspicious)) {
    if (sequence === '\\x') {
      problems.push({ at: at + index, message: 'truncated or invalid hexadecimal sequence' });
    } else if (sequence.startsWith('$') && piece.startsWith('"')) {
      problems.push({ at: at + index, message: 'no name of an environment variable behind $' });
    }
  }
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function undoPiece(piece: string): string {
  const isQuoted = piece.startsWith('"') || piece.startsWith("'");
  const inner = isQuoted ? piece.slice(1, -1) : piece;
  if (piece.startsWith("'")) return inner;
  return undoEscapes(inner, /\\x[0-9a-fA-F]{2}|\\[nrt #\\"']/g, (sequence) =>
    sequence.length === 4
      ? Number.parseInt(sequence.slice(2), 16)
      : (controls[sequence.slice(1)] ?? sequence.slice(1)),
  );
}
