import { TemplateError } from './value.ts';

/** A part of a Jinja template: text, an expression to print, a statement. */
export type Piece = { kind: 'text' | 'print' | 'statement'; text: string };

const opening = /\{\{[-+]?|\{%[-+]?|\{#[-+]?/g;
const closings = { '{{': /[-+]?\}\}/g, '{%': /[-+]?%\}/g, '{#': /[-+]?#\}/g };
const raw = /^\s*raw\s*$/;
const endRaw = /\{%[-+]?\s*endraw\s*([-+]?)%\}/g;

/** Takes a template apart. A newline right behind a statement is kept, as tools for the command line have it. */
export function piecesOf(template: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trims = false;
  const addText = (text: string, trimsEnd: boolean) => {
    const begun = trims ? text.trimStart() : text;
    pieces.push({ kind: 'text', text: trimsEnd ? begun.trimEnd() : begun });
  };
  while (at < template.length) {
    opening.lastIndex = at;
    const open = opening.exec(template);
    addText(template.slice(at, open?.index), open?.[0].endsWith('-') ?? false);
    if (open === null) break;
    const from = opening.lastIndex;
    const sign = open[0].slice(0, 2) as keyof typeof closings;
    const { end, next } =
      sign === '{#' ? find(template, closings[sign], from) : endOf(template, closings[sign], from);
    const body = template.slice(from, end).trim();
    trims = template[end] === '-';
    at = next;
    if (sign === '{%' && raw.test(body)) {
      endRaw.lastIndex = at;
      const found = endRaw.exec(template);
      if (found === null) throw new TemplateError('unclosed raw');
      pieces.push({ kind: 'text', text: template.slice(at, found.index) });
      trims = found[1] === '-';
      at = endRaw.lastIndex;
    } else if (sign !== '{#') {
      pieces.push({ kind: sign === '{{' ? 'print' : 'statement', text: body });
    }
  }
  return pieces;
}

function find(template: string, closing: RegExp, from: number): { end: number; next: number } {
  closing.lastIndex = from;
  const found = closing.exec(template);
  if (found === null) throw new TemplateError('unclosed tag');
  return { end: found.index, next: closing.lastIndex };
}

/** Where a closing sign stands that is in no quotes. */
function endOf(template: string, closing: RegExp, from: number): { end: number; next: number } {
  const quoted = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/g;
  let found = find(template, closing, from);
  quoted.lastIndex = from;
  for (
    let text = quoted.exec(template);
    text !== null && text.index < found.end;
    text = quoted.exec(template)
  ) {
    if (quoted.lastIndex > found.end) found = find(template, closing, quoted.lastIndex);
  }
  return found;
}

export interface Token {
  kind: 'name' | 'number' | 'text' | 'sign';
  text: string;
}

const token =
  /\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|("(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')|(==|!=|<=|>=|\/\/|\*\*|[-+*/%~<>=|.,:()[\]{}]))/y;

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  for (let at = 0; at < source.trimEnd().length; at = token.lastIndex) {
    token.lastIndex = at;
    const [, name, number, text, sign] = token.exec(source) ?? [];
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (text !== undefined) tokens.push({ kind: 'text', text: unescaped(text.slice(1, -1)) });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else throw new TemplateError(`unexpected ${JSON.stringify(source.slice(at, at + 8))}`);
  }
  return tokens;
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
}
