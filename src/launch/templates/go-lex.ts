import { TemplateError } from './value.ts';

/** A part of a Go template (text/template): text between actions, or an action's tokens. */
export type Piece = { text: string } | { action: readonly Token[]; source: string };

export interface Token {
  kind: 'name' | 'field' | 'variable' | 'text' | 'number' | 'sign';
  text: string;
}

/** Takes a template apart, with the blanks that `{{-` and `-}}` trim gone. Throws TemplateError. */
export function piecesOf(template: string, [open, close]: readonly [string, string]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trims = false;
  while (at < template.length) {
    const start = template.indexOf(open, at);
    const text = template.slice(at, start < 0 ? undefined : start);
    const isTrimmedBefore =
      start >= 0 && /^-\s/.test(template.slice(start + open.length, start + open.length + 2));
    const begun = trims ? text.trimStart() : text;
    pieces.push({ text: isTrimmedBefore ? begun.trimEnd() : begun });
    if (start < 0) break;
    const from = start + open.length + (isTrimmedBefore ? 1 : 0);
    const end = endOfAction(template, from, close);
    const source = template.slice(from, end);
    trims = /\s-$/.test(source);
    const action = source.replace(/\s-$/, '').trim();
    if (!/^\/\*[\s\S]*\*\/$/.test(action)) pieces.push({ action: tokensOf(action), source: action });
    at = end + close.length;
  }
  return pieces;
}

/** Where the closing sign stands that is in no quotes. */
function endOfAction(template: string, from: number, close: string): number {
  const comment = /\s*\/\*/y;
  comment.lastIndex = from;
  if (comment.test(template)) {
    const end = template.indexOf('*/', comment.lastIndex);
    const closing = end < 0 ? -1 : template.indexOf(close, end);
    if (closing >= 0) return closing;
    throw new TemplateError('unclosed comment');
  }
  const quoted = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'/y;
  for (let at = from; at < template.length; at++) {
    if (template.startsWith(close, at)) return at;
    quoted.lastIndex = at;
    const found = quoted.exec(template);
    if (found) at = quoted.lastIndex - 1;
  }
  throw new TemplateError('unclosed action');
}

const patterns: readonly [Token['kind'], RegExp][] = [
  ['text', /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'/y],
  ['number', /[-+]?\d[\w.]*/y],
  ['variable', /\$\w*/y],
  ['field', /\.\w+/y],
  ['name', /[A-Za-z_]\w*/y],
  ['sign', /:=|[=|(),.]/y],
];

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const blank = /\s*/y;
  for (let at = 0; at < source.length; ) {
    blank.lastIndex = at;
    blank.exec(source);
    at = blank.lastIndex;
    if (at >= source.length) break;
    const before = at;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const [text] = pattern.exec(source) ?? [];
      if (text === undefined) continue;
      // `a.b` is one operand, `a .b` two.
      const isGlued = kind !== 'field' || /[\w)$]/.test(source[before - 1] ?? '');
      tokens.push({ kind, text: isGlued ? text : ` ${text}` });
      at += text.length;
      break;
    }
    if (at === before) throw new TemplateError(`unexpected ${JSON.stringify(source[at])}`);
  }
  return tokens;
}

/** What a quoted text stands for. */
export function unquoted(text: string): string | number {
  const body = text.slice(1, -1);
  if (text.startsWith('`')) return body;
  const plain = body.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|[\s\S])/g, (_, code: string) => {
    if (/^[xu]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }[code] ?? code;
  });
  return text.startsWith("'") ? (plain.codePointAt(0) ?? 0) : plain;
}
