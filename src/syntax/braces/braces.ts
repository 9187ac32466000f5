import { isUnknown } from '../../model/unknown.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { endOfLua } from './lua.ts';
import { readToken, skipToToken, type Token, tokenBytes } from './token.ts';

/**
 * `name args;` and `name args { … }`, as nginx and its forks write. Forms: `simple`, `block`, and `raw` for a
 * directive whose name ends in `_by_lua_block`: no children, its last argument is what stands between the braces.
 * `unknown` is a line that is one unknown value and no more: any number of directives.
 */
export const braces = defineSyntax('braces', (draft, from) => {
  let pos = from;
  while (pos < draft.text.length) pos = readDirective(draft, pos);
  for (let block = draft.block; block; block = draft.block) {
    draft.report(block.start, block.start, `unexpected end of file, expecting "}" of "${block.name}"`);
    draft.close();
  }
});

/** Reads one directive, block start or block end; answers where the next begins. */
function readDirective(draft: Draft, from: number): number {
  const { text } = draft;
  const tokens: Token[] = [];
  let pos = skipToToken(text, from);
  while (pos < text.length) {
    const char = text[pos];
    if (char === ';' || char === '{' || char === '}') {
      return char === '}' ? endBlock(draft, tokens, pos) : endDirective(draft, tokens, pos, char);
    }
    const token = readToken(text, pos);
    checkToken(draft, token);
    tokens.push(token);
    if (tokens.length === 1 && isWholeLine(text, token)) {
      draft.add(node(tokens, pos, 'unknown'));
      return token.next;
    }
    pos = skipToToken(text, token.next);
  }
  endOfFile(draft, tokens);
  return text.length;
}

const unknownToLineEnd = /\u{E000}[^\u{E000}\u{E001}]*\u{E001}[ \t\r]*(?=\n|$)/uy;

function isWholeLine(text: string, token: Token): boolean {
  if (!isUnknown(token.value)) return false;
  unknownToLineEnd.lastIndex = token.start;
  return unknownToLineEnd.test(text);
}

function checkToken(draft: Draft, token: Token): void {
  const { text } = draft;
  if (!token.closed) return;
  if (token.end - token.start > tokenBytes / 4 && isTooLong(text, token)) {
    draft.report(token.start, token.end, `token of more than ${tokenBytes} bytes`);
  }
  const next = text[token.end];
  if (token.quoted && next !== undefined && !' \t\r\n;{)'.includes(next)) {
    draft.report(token.end, token.end + 1, `unexpected "${next}" after a closing quote`);
  }
}

/** The quotes do not count. */
function isTooLong(text: string, token: Token): boolean {
  const quotes = token.quoted ? 2 : 0;
  return Buffer.byteLength(text.slice(token.start, token.end)) - quotes > tokenBytes;
}

function endDirective(draft: Draft, tokens: readonly Token[], pos: number, mark: ';' | '{'): number {
  if (tokens.length === 0) draft.report(pos, pos + 1, `unexpected "${mark}"`);
  if (mark === ';') {
    if (tokens.length > 0) draft.add(node(tokens, pos, 'simple'));
    return pos + 1;
  }
  const name = tokens[0]?.value ?? '';
  if (!name.endsWith('_by_lua_block')) {
    draft.open(node(tokens, pos, 'block'));
    return pos + 1;
  }
  const end = endOfLua(draft.text, pos + 1);
  if (end === undefined) draft.report(pos, pos + 1, `unexpected end of file, expecting "}" of "${name}"`);
  const raw = node(tokens, pos, 'raw');
  raw.args.push(draft.text.slice(pos + 1, end));
  draft.add(raw);
  return end === undefined ? draft.text.length : end + 1;
}

function endBlock(draft: Draft, tokens: readonly Token[], pos: number): number {
  if (tokens.length > 0) {
    draft.report(pos, pos + 1, `unexpected "}": "${tokens[0]?.value}" is not ended by ";"`);
    draft.add(node(tokens, pos, 'simple'));
  }
  if (!draft.close()) draft.report(pos, pos + 1, 'unexpected "}"');
  return pos + 1;
}

function endOfFile(draft: Draft, tokens: readonly Token[]): void {
  const last = tokens.at(-1);
  if (!last) return;
  const start = tokens[0]?.start ?? last.start;
  const wanted = last.closed ? '";" or "}"' : `the closing ${draft.text[last.start]}`;
  draft.report(start, last.end, `unexpected end of file, expecting ${wanted}`);
  if (last.closed) draft.add(node(tokens, last.end, 'simple'));
}

function node(tokens: readonly Token[], pos: number, form: string) {
  const [name, ...args] = tokens.map((token) => token.value);
  return { name: name ?? '', args, start: tokens[0]?.start ?? pos, end: tokens.at(-1)?.end ?? pos, form };
}
