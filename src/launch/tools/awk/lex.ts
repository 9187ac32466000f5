/** Words of an awk program. */
export interface Token {
  kind: 'number' | 'string' | 'regex' | 'name' | 'function' | 'keyword' | 'operator' | 'newline';
  text: string;
}

/** A program that is wrong, or that uses what is not modelled. */
export class AwkError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const keywords = new Set(
  'BEGIN END if else while for do break continue next exit print printf in delete getline return function func'.split(
    ' ',
  ),
);
const operators =
  /\+\+|--|\*\*=|\*\*|\+=|-=|\*=|\/=|%=|\^=|==|!=|<=|>=|&&|\|\||!~|>>|[-+*/%^!<>|?:~$=,;(){}[\]]/y;
const unsupported = new Set(['getline', 'return', 'function', 'func']);

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const char = text[at] as string;
    if (/[ \t\r]/.test(char)) at++;
    else if (char === '\\' && text[at + 1] === '\n') at += 2;
    else if (char === '#') at = endOfLine(text, at);
    else {
      const { token, end } = next(text, at, tokens.at(-1));
      tokens.push(token);
      at = end;
    }
  }
  return tokens;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function next(text: string, at: number, before: Token | undefined): { token: Token; end: number } {
  const char = text[at] as string;
  if (char === '\n') return { token: { kind: 'newline', text: '\n' }, end: at + 1 };
  if (char === '"') return quoted(text, at);
  if (char === '/' && startsRegex(before)) return regex(text, at);
  const number = match(/(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y, text, at);
  if (number !== undefined) return { token: { kind: 'number', text: number }, end: at + number.length };
  const name = match(/[A-Za-z_]\w*/y, text, at);
  if (name !== undefined) {
    if (unsupported.has(name)) throw new AwkError(`${name} is not modelled`);
    const end = at + name.length;
    const kind = keywords.has(name)
      ? 'keyword'
      : text[end] === '(' || builtin.has(name)
        ? 'function'
        : 'name';
    return { token: { kind, text: name }, end };
  }
  const operator = match(operators, text, at);
  if (operator === undefined) throw new AwkError(`syntax error near ${text.slice(at, at + 10)}`);
  return { token: { kind: 'operator', text: operator }, end: at + operator.length };
}

const builtin = new Set('length substr index split sub gsub match sprintf tolower toupper int'.split(' '));

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** A slash divides behind a value and begins a regular expression elsewhere. */
function startsRegex(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (
    before.kind === 'number' ||
    before.kind === 'string' ||
    before.kind === 'name' ||
    before.kind === 'regex'
  )
    return false;
  return (
    !(before.kind === 'operator' && /^[)\]$]$/.test(before.text)) &&
    !(before.kind === 'function' && before.text === 'length')
  );
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

function quoted(text: string, start: number): { token: Token; end: number } {
  let out = '';
  for (let i = start + 1; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '"') return { token: { kind: 'string', text: out }, end: i + 1 };
    if (char !== '\\') {
      out += char;
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1, i + 4))?.[0];
    const escaped = text[++i] ?? '';
    if (octal) {
      out += String.fromCharCode(Number.parseInt(octal, 8));
      i += octal.length - 1;
    } else if (escaped !== '\n') {
      out += escapes[escaped] ?? `\\${escaped}`;
    }
  }
  throw new AwkError('unterminated string');
}

function regex(text: string, start: number): { token: Token; end: number } {
  let out = '';
  let inSet = false;
  for (let i = start + 1; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '/' && !inSet) return { token: { kind: 'regex', text: out }, end: i + 1 };
    if (char === '\n') break;
    if (char === '\\') {
      const escaped = text[++i] ?? '';
      out += escaped === '/' ? '/' : `\\${escaped}`;
      continue;
    }
    if (char === '[') inSet = true;
    else if (char === ']') inSet = false;
    out += char;
  }
  throw new AwkError('unterminated regular expression');
}
