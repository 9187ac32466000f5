import { isUnknown } from '../../model/unknown.ts';
import { eachLine } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { undoEscapes } from '../escapes.ts';
import { readToken, type Token } from './token.ts';

/**
 * `name = value` or `name value` a line, as in postgresql.conf. Names are kept as written, also `a.b`. Forms:
 * `quoted`, `number`, `word`; `unknown` for a line that is one unknown value and no more. Any other line is reported,
 * and the next is read.
 */
export const assignments = defineSyntax('assignments', (draft, from) => {
  eachLine(draft.text, from, (start, end) => readLine(draft, start, end));
});

function readLine(draft: Draft, start: number, end: number): undefined {
  const tokens = readTokens(draft.text, start, end);
  const name = tokens.shift();
  if (!name) return;
  if (name.kind === 'unknown' && tokens.length === 0) {
    draft.add({
      name: draft.text.slice(name.start, name.end),
      args: [],
      start: name.start,
      end: name.end,
      form: 'unknown',
    });
    return;
  }
  if (tokens[0]?.kind === 'equals') tokens.shift();
  const value = tokens.shift();
  const wrong = isName(name) ? (isValue(value) ? tokens[0] : value) : name;
  if (!isName(name) || !isValue(value) || wrong) {
    reportLine(draft, name, wrong);
    return;
  }
  const raw = draft.text.slice(value.start, value.end);
  draft.add({
    name: draft.text.slice(name.start, name.end),
    args: [value.kind === 'quoted' ? unquote(raw) : raw],
    start: name.start,
    end: value.end,
    form: value.kind === 'quoted' || value.kind === 'number' ? value.kind : 'word',
  });
}

function isName(token: Token): boolean {
  return ['name', 'qualified', 'unknown'].includes(token.kind);
}

function isValue(token: Token | undefined): token is Token {
  return token !== undefined && ['name', 'word', 'number', 'quoted', 'unknown'].includes(token.kind);
}

function reportLine(draft: Draft, name: Token, wrong: Token | undefined): void {
  const near = wrong ? `near "${draft.text.slice(wrong.start, wrong.end)}"` : 'near end of line';
  draft.report(name.start, wrong?.end ?? name.end, `syntax error ${near}`);
}

/** The tokens of a line; five are enough to see that there are too many. */
function readTokens(text: string, start: number, end: number): Token[] {
  const tokens: Token[] = [];
  let pos = start;
  while (pos < end && tokens.length < 5) {
    const char = text[pos];
    if (char === '#') break;
    if (char === ' ' || char === '\t' || char === '\r') {
      pos++;
      continue;
    }
    const token = readUnknown(text, pos, end) ?? readToken(text, pos, end);
    tokens.push(token);
    pos = token.end;
  }
  return tokens;
}

const bareRun = /[^\s#'=]*/y;

/** A bare run with an unknown part counts as what is wanted: what stands there in the end may well be it. */
function readUnknown(text: string, start: number, end: number): Token | undefined {
  bareRun.lastIndex = start;
  const run = bareRun.exec(text)?.[0] ?? '';
  return isUnknown(run) ? { kind: 'unknown', start, end: Math.min(start + run.length, end) } : undefined;
}

const controls: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** DeescapeQuotedString; only the lowest eight bits of an octal escape count. */
function unquote(raw: string): string {
  return undoEscapes(raw.slice(1, -1).replaceAll("''", "'"), /\\[0-7]{1,3}|\\[\s\S]/g, (sequence) => {
    const char = sequence.slice(1);
    return /^[0-7]/.test(char) ? Number.parseInt(char, 8) & 0xff : (controls[char] ?? char);
  });
}
