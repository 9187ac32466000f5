import { undoEscapes } from '../escapes.ts';

export interface Token {
  kind: 'atom' | 'number' | 'string' | 'binary' | 'punctuation' | 'other';
  /** Quotes and escapes undone; of a binary its text. */
  value: string;
  start: number;
  end: number;
}

const blank = /(?:[ \t\r\n\f\v\x00-\x1f]+|%[^\n]*)/y;
const atom = /[a-z\xdf-\xf6\xf8-\xff][A-Za-z0-9_@\xc0-\xff]*|\u{E000}[^\u{E000}\u{E001}]*\u{E001}/uy;
const number = /[-+]?[0-9]+(?:#[0-9a-zA-Z]+|\.[0-9]+(?:[eE][-+]?[0-9]+)?)?/y;
const character = /\$(?:\\[\s\S]|[^\\])/y;
const punctuation = /=>|#\{|<<|>>|[[\]{},.|]/y;

/** The next token at or behind `from`; undefined at the end of the text (Erlang reference manual, Data Types). */
export function readToken(text: string, from: number): Token | undefined {
  const start = skipBlank(text, from);
  if (start >= text.length) return undefined;
  const first = text[start];
  if (first === '"') return readQuoted(text, start, 'string');
  if (first === "'") return readQuoted(text, start, 'atom');
  if (text.startsWith('<<"', start)) return readBinary(text, start);
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = start;
    if (!pattern.test(text)) continue;
    const end = pattern.lastIndex;
    return { kind, value: text.slice(start, end), start, end };
  }
  return { kind: 'other', value: text.slice(start, start + 1), start, end: start + 1 };
}

const rules = [
  ['atom', atom],
  ['number', number],
  ['number', character],
  ['punctuation', punctuation],
] as const;

function skipBlank(text: string, from: number): number {
  let pos = from;
  for (blank.lastIndex = pos; blank.test(text); blank.lastIndex = pos) pos = blank.lastIndex;
  return pos;
}

/** Without a closing quote the first character alone is a token of kind `other`. */
function readQuoted(text: string, start: number, kind: 'string' | 'atom'): Token {
  const quote = text[start];
  let pos = start + 1;
  for (; pos < text.length && text[pos] !== quote; pos++) if (text[pos] === '\\') pos++;
  if (pos >= text.length) return { kind: 'other', value: text.slice(start), start, end: text.length };
  return { kind, value: undo(text.slice(start + 1, pos)), start, end: pos + 1 };
}

const binaryEnd = /[ \t\r\n]*(?:\/utf8)?[ \t\r\n]*>>/y;

function readBinary(text: string, start: number): Token {
  const string = readQuoted(text, start + 2, 'string');
  binaryEnd.lastIndex = string.end;
  if (string.kind !== 'string' || !binaryEnd.test(text)) return { ...string, kind: 'other', start };
  return { ...string, kind: 'binary', start, end: binaryEnd.lastIndex };
}

const escapes: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' },
  ...{ e: '\x1b', s: ' ', d: '\x7f' },
};

function undo(raw: string): string {
  return undoEscapes(
    raw,
    /\\(?:x\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|[0-7]{1,3}|\^[\s\S]|[\s\S])/g,
    (sequence) => {
      const body = sequence.slice(1);
      if (body.length > 1 && body[0] === 'x')
        return character32(Number.parseInt(body.replace(/[x{}]/g, ''), 16));
      if (/^[0-7]/.test(body)) return character32(Number.parseInt(body, 8));
      if (body.length > 1) return String.fromCharCode(body.charCodeAt(1) & 31);
      return escapes[body] ?? body;
    },
  );
}

function character32(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\u{FFFD}';
}
