import { undoEscapes } from '../escapes.ts';

export interface Token {
  kind: 'string' | 'number' | 'name' | 'variable' | 'punctuation' | 'other';
  /** Quotes and escapes undone. */
  value: string;
  start: number;
  end: number;
}

const blank = /[ \t\r\n\v\f]+/y;
const lineComment = /(?:\/\/|#(?!\[))[^\n]*?(?=\?>|\n|$)/y;
const name = /\\?[A-Za-z_\x80-\uffff][A-Za-z0-9_\x80-\uffff\\]*/y;
const variable = /\$[A-Za-z_\x80-\uffff][A-Za-z0-9_\x80-\uffff]*/y;
const number = /(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+)/y;
const heredoc = /<<<[ \t]*(["']?)([A-Za-z_][A-Za-z0-9_]*)\1\r?\n/y;

const rules = [
  ['name', name],
  ['variable', variable],
  ['number', number],
] as const;

/** The tokens of the PHP parts of a file, one after the other; what stands outside `<?php … ?>` is passed over. */
export function* readTokens(text: string, from: number): Generator<Token, void> {
  let pos = openingTag(text, from);
  while (pos < text.length) {
    if (text.startsWith('?>', pos)) {
      yield { kind: 'punctuation', value: ';', start: pos, end: pos + 2 };
      pos = openingTag(text, pos + 2);
      continue;
    }
    const skipped = skipBlank(text, pos);
    if (skipped > pos) {
      pos = skipped;
      continue;
    }
    const token = readToken(text, pos);
    yield token;
    pos = token.end;
  }
}

const tag = /<\?(?:php(?![A-Za-z0-9_])|=)/gi;

/** Behind the next opening tag. */
function openingTag(text: string, from: number): number {
  tag.lastIndex = from;
  return tag.test(text) ? tag.lastIndex : text.length;
}

function skipBlank(text: string, pos: number): number {
  if (text.startsWith('/*', pos)) {
    const end = text.indexOf('*/', pos + 2);
    return end < 0 ? text.length : end + 2;
  }
  return matchEnd(lineComment, text, pos) ?? matchEnd(blank, text, pos) ?? pos;
}

function readToken(text: string, start: number): Token {
  const first = text[start];
  if (first === "'" || first === '"' || first === '`') return readString(text, start, first);
  if (first === '<') {
    const end = matchEnd(heredoc, text, start);
    if (end !== undefined) return readHeredoc(text, start, end);
  }
  for (const [kind, rule] of rules) {
    const end = matchEnd(rule, text, start);
    if (end !== undefined) return { kind, value: text.slice(start, end), start, end };
  }
  return { kind: 'punctuation', value: text.slice(start, start + 1), start, end: start + 1 };
}

/** A string with variables in it is no literal, and neither is one that does not end. */
function readString(text: string, start: number, quote: string): Token {
  let pos = start + 1;
  let hasVariable = quote === '`';
  for (; pos < text.length && text[pos] !== quote; pos++) {
    if (text[pos] === '\\') pos++;
    else if (quote === '"' && /^(?:\$[A-Za-z_{\x80-\uffff]|\{\$)/.test(text.slice(pos, pos + 2)))
      hasVariable = true;
  }
  const end = Math.min(pos + 1, text.length);
  const raw = text.slice(start + 1, pos);
  const isLiteral = !hasVariable && pos < text.length;
  const value = quote === "'" ? raw.replace(/\\([\\'])/g, '$1') : undoDouble(raw);
  return { kind: isLiteral ? 'string' : 'other', value, start, end };
}

/** The body ends with a line of its label alone, which may be indented. */
function readHeredoc(text: string, start: number, bodyStart: number): Token {
  heredoc.lastIndex = start;
  const label = heredoc.exec(text)?.[2] ?? '';
  const close = new RegExp(`^[ \\t]*${label}\\b`, 'gm');
  close.lastIndex = bodyStart;
  const end = close.test(text) ? close.lastIndex : text.length;
  return { kind: 'other', value: text.slice(start, end), start, end };
}

const escapes: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', e: '\x1b' },
  ...{ '\\': '\\', $: '$', '"': '"' },
};

function undoDouble(raw: string): string {
  return undoEscapes(raw, /\\(?:u\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[\s\S])/g, (sequence) => {
    const body = sequence.slice(1);
    if (body.startsWith('u{')) return codePoint(Number.parseInt(body.slice(2, -1), 16));
    if (body.length > 1 && body.startsWith('x')) return Number.parseInt(body.slice(1), 16);
    if (/^[0-7]/.test(body)) return Number.parseInt(body, 8) & 0xff;
    return escapes[body] ?? sequence;
  });
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\u{FFFD}';
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
