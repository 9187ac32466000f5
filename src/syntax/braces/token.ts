export interface Token {
  /** With quotes and escapes undone. */
  value: string;
  start: number;
  end: number;
  /** Where to look for the next token. */
  next: number;
  quoted: boolean;
  /** False when the text ended before the closing quote did. */
  closed: boolean;
}

/** ngx_conf_read_token: a token and what ends it must fit into a buffer of 4096 bytes. */
export const tokenBytes = 4095;

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const blank = 32;
const quote = 34;
const hash = 35;
const dollar = 36;
const apostrophe = 39;
const semicolon = 59;
const backslash = 92;
const openBrace = 123;

function isBlank(code: number): boolean {
  return code === blank || code === lineFeed || code === tab || code === carriageReturn;
}

/** The next offset that is neither blank nor in a comment. `#` begins one only where a token could. */
export function skipToToken(text: string, from: number): number {
  let pos = from;
  for (; pos < text.length; pos++) {
    const code = text.charCodeAt(pos);
    if (isBlank(code)) continue;
    if (code !== hash) break;
    const end = text.indexOf('\n', pos);
    if (end < 0) return text.length;
    pos = end;
  }
  return pos;
}

/** Reads the token that begins at `start`, which is neither blank nor `;`, `{`, `}` or `#`. */
export function readToken(text: string, start: number): Token {
  const first = text.charCodeAt(start);
  return first === quote || first === apostrophe ? readQuoted(text, start, first) : readBare(text, start);
}

function readQuoted(text: string, start: number, mark: number): Token {
  let pos = start + 1;
  for (; pos < text.length; pos++) {
    const code = text.charCodeAt(pos);
    if (code === backslash) pos++;
    else if (code === mark) {
      const value = undoEscapes(text.slice(start + 1, pos));
      return { value, start, end: pos + 1, next: pos + 1, quoted: true, closed: true };
    }
  }
  return {
    value: text.slice(start + 1),
    start,
    end: text.length,
    next: text.length,
    quoted: true,
    closed: false,
  };
}

/** The brace of `${` belongs to the token; so do quotes, `#` and `}` in its middle. */
function readBare(text: string, start: number): Token {
  let variable = false;
  let pos = start;
  for (; pos < text.length; pos++) {
    const code = text.charCodeAt(pos);
    if (code === openBrace && variable) continue;
    variable = code === dollar;
    if (code === backslash) pos++;
    else if (isBlank(code) || code === semicolon || code === openBrace) break;
  }
  const end = Math.min(pos, text.length);
  return { value: undoEscapes(text.slice(start, end)), start, end, next: end, quoted: false, closed: true };
}

const escapes: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

/** Any other backslash stays, and protects the character behind it. */
function undoEscapes(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\(["'\\trn])/g, (_, char: string) => escapes[char] ?? char);
}
