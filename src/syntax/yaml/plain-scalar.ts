/** A value on one line, as the plain reader knows them. */
export interface PlainScalar {
  kind: 'scalar';
  /** Quotes and escapes undone. */
  text: string;
  form: string;
  start: number;
  end: number;
}

/** No indicator at the start; `[`, `{` and the like are read elsewhere, or left to the library. */
const bare = /(?:[A-Za-z0-9_./$+(^\\~;<=\u{E000}]|-(?=[^ \r\n]))[^\t\r\n]*/uy;
/** The same inside brackets, where these and commas end it. */
const bareInBrackets = /[A-Za-z0-9_./+](?:(?:[A-Za-z0-9_./+ -]|:(?=[A-Za-z0-9_./]))*[A-Za-z0-9_./+-])?/y;
const quoted = /"(?:[^"\\\t\r\n]|\\["\\/nt])*"|'(?:[^'\t\r\n]|'')*'/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/**
 * Reads the scalar at an offset: a quoted one, or one without quotes up to its line's end or comment. `null`: something
 * that only the library knows.
 */
export function readScalar(text: string, pos: number): PlainScalar | null {
  if (text[pos] === '"' || text[pos] === "'") return readQuoted(text, pos);
  const run = matchAt(bare, text, pos);
  if (run === undefined) return null;
  const comment = run.indexOf(' #');
  const word = (comment < 0 ? run : run.slice(0, comment)).trimEnd();
  return word.includes(': ') || word.endsWith(':') ? null : scalar(word, formOf(word), pos, word.length);
}

/** The same inside brackets. */
export function readScalarInBrackets(text: string, pos: number): PlainScalar | null {
  if (text[pos] === '"' || text[pos] === "'") return readQuoted(text, pos);
  const word = matchAt(bareInBrackets, text, pos);
  return word === undefined ? null : scalar(word, formOf(word), pos, word.length);
}

export function readQuoted(text: string, pos: number): PlainScalar | null {
  const found = matchAt(quoted, text, pos);
  if (found === undefined) return null;
  const inner = found.slice(1, -1);
  const value =
    found[0] === "'"
      ? inner.replaceAll("''", "'")
      : inner.replace(/\\(.)/g, (_, char: string) => escapes[char] ?? char);
  return scalar(value, 'string', pos, found.length);
}

function scalar(text: string, form: string, start: number, length: number): PlainScalar {
  return { kind: 'scalar', text, form, start, end: start + length };
}

function matchAt(pattern: RegExp, text: string, pos: number): string | undefined {
  pattern.lastIndex = pos;
  return pattern.exec(text)?.[0];
}

const boolean = /^(?:true|True|TRUE|false|False|FALSE)$/;
const number =
  /^(?:[-+]?(?:[0-9]+|(?:\.[0-9]+|[0-9]+\.[0-9]*)|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+|\.inf|\.Inf|\.INF)|0o[0-7]+|0x[0-9a-fA-F]+|\.nan|\.NaN|\.NAN)$/;

/** The core schema of YAML 1.2, 10.3.2. */
function formOf(text: string): string {
  if (number.test(text)) return 'number';
  if (boolean.test(text)) return 'boolean';
  return /^(?:~|null|Null|NULL)$/.test(text) ? 'null' : 'string';
}
