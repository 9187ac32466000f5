export interface Token {
  kind: 'name' | 'qualified' | 'word' | 'number' | 'quoted' | 'equals' | 'unknown' | 'other';
  start: number;
  end: number;
}

// The rules of guc-file.l. Letters are those of ASCII and every byte from 0x80 on.
const name = /[A-Za-z_\x80-\uffff][A-Za-z_0-9\x80-\uffff]*/y;
const qualified =
  /[A-Za-z_\x80-\uffff][A-Za-z_0-9\x80-\uffff]*\.[A-Za-z_\x80-\uffff][A-Za-z_0-9\x80-\uffff]*/y;
const word = /[A-Za-z_\x80-\uffff][-._:/A-Za-z_0-9\x80-\uffff]*/y;
const integer = /[-+]?(?:0x[0-9a-fA-F]+|[0-9]+)[a-zA-Z]*/y;
const real = /[-+]?[0-9]*\.[0-9]*(?:[Ee][-+]?[0-9]+)?/y;

/** On equal length the earlier rule wins, so `a.b` is a qualified name and `a.b.c` a word. */
const rules = [
  ['name', name],
  ['qualified', qualified],
  ['word', word],
  ['number', integer],
  ['number', real],
] as const;

/** Reads the token at `start`, which is neither blank nor `#`. It ends before `end`, the line's end. */
export function readToken(text: string, start: number, end: number): Token {
  const first = text[start];
  if (first === '=') return { kind: 'equals', start, end: start + 1 };
  if (first === "'") {
    const close = endOfQuoted(text, start, end);
    return { kind: close === undefined ? 'other' : 'quoted', start, end: close ?? start + 1 };
  }
  let longest: Token = { kind: 'other', start, end: start };
  for (const [kind, rule] of rules) {
    rule.lastIndex = start;
    if (rule.test(text) && rule.lastIndex > longest.end) longest = { kind, start, end: rule.lastIndex };
  }
  return longest.kind === 'other' ? { ...longest, end: start + 1 } : longest;
}

/** Behind the closing quote; undefined when the line has none. */
function endOfQuoted(text: string, open: number, end: number): number | undefined {
  for (let pos = open + 1; pos < end; pos++) {
    if (text[pos] === '\\') pos++;
    else if (text[pos] === "'") {
      if (text[pos + 1] !== "'") return pos + 1;
      pos++;
    }
  }
  return undefined;
}
