import { RE2JS } from 're2js';

/**
 * POSIX regular expressions over RE2, whose time is linear in the text: a pattern and a text of an image can't
 * hang us. Back-references have no such bound; a pattern with one is not compiled.
 */
export interface Regex {
  /** The leftmost longest match from an offset on. */
  find(text: string, from?: number): Match | undefined;
  /** Whether no text that begins so can match, whatever follows. False where that takes more than a look. */
  excludes?(beginning: string): boolean;
}

export interface Match {
  start: number;
  end: number;
  /** Group 0 is the whole match; a group that took no part is empty. */
  groups: readonly string[];
}

export interface RegexOptions {
  ignoreCase?: boolean;
  /** `^` and `$` match at line ends inside the text too (sed's `M`). */
  multiline?: boolean;
  /** The whole line, or whole words, must match (grep's `-x` and `-w`). */
  around?: 'line' | 'word' | undefined;
  /** The match that a backtracking search finds first, instead of the longest: laziness counts. */
  first?: boolean;
}

const longestPattern = 4_096;
const cacheSize = 2_000;
const cache = new Map<string, Regex | undefined>();

/** Compiles a POSIX regular expression with GNU's additions; undefined when it is wrong or not supported. */
export function posixRegex(
  kind: 'basic' | 'extended',
  pattern: string,
  options: RegexOptions = {},
): Regex | undefined {
  const key = `${kind}${options.ignoreCase ?? ''}${options.multiline ?? ''}${options.around ?? ''}:${pattern}`;
  if (cache.has(key)) return cache.get(key);
  const source = pattern.length > longestPattern ? undefined : translate(kind, pattern);
  const [before, behind] =
    options.around === 'line' ? ['^(?:', ')$'] : options.around ? ['\\b(?:', ')\\b'] : ['', ''];
  const regex = source === undefined ? undefined : compile(before + source + behind, options);
  if (cache.size >= cacheSize) cache.clear();
  cache.set(key, regex);
  return regex;
}

/** Compiles RE2's own syntax; `.` matches a newline too. */
export function compile(source: string, options: RegexOptions = {}): Regex | undefined {
  const flags =
    RE2JS.DOTALL |
    (options.first ? 0 : RE2JS.LONGEST_MATCH) |
    (options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (options.multiline ? RE2JS.MULTILINE : 0);
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(source, flags);
  } catch {
    return undefined;
  }
  const starts = options.multiline ? undefined : anchoredStarts(source);
  const fold = (text: string) => (options.ignoreCase ? text.toLowerCase() : text);
  return {
    excludes: (beginning) =>
      starts?.every((start) => {
        const length = Math.min(start.length, beginning.length);
        return fold(start.slice(0, length)) !== fold(beginning.slice(0, length));
      }) ?? false,
    find(text, from = 0) {
      const matcher = regex.matcher(text);
      if (from > text.length || !matcher.find(from)) return undefined;
      const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? '');
      return { start: matcher.start(), end: matcher.end(), groups };
    },
  };
}

/** What every match at the beginning of a text begins with, one of these; undefined where it may be elsewhere. */
function anchoredStarts(source: string): string[] | undefined {
  const [, group, plain] = /^\^(?:\((?:\?:)?([^()[\]\\]*)\)(?![*?{])|([^()|]*)$)/.exec(source) ?? [];
  if (group !== undefined) return group.split('|').map(literalStart);
  return plain === undefined ? undefined : [literalStart(plain)];
}

/** A character that may be left out is not part of it. */
function literalStart(source: string): string {
  return /^(?:[\w=/,:@ -](?![*?{]))*/.exec(source)?.[0] ?? '';
}

/** A literal text as part of RE2's syntax. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** GNU's escapes that mean the same in both kinds. */
const escapes: Readonly<Record<string, string>> = {
  w: '\\w',
  W: '\\W',
  s: '\\s',
  S: '\\S',
  b: '\\b',
  B: '\\B',
  '<': '\\b',
  '>': '\\b',
  '`': '\\A',
  "'": '\\z',
  n: '\\n',
  t: '\\t',
  r: '\\r',
  f: '\\f',
  v: '\\v',
};

function translate(kind: 'basic' | 'extended', pattern: string): string | undefined {
  let out = '';
  let i = 0;
  /** Nothing stands before that a repetition could apply to. */
  let atStart = true;
  while (i < pattern.length) {
    const char = pattern[i] as string;
    if (char === '[') {
      const set = translateSet(pattern, i);
      if (set === undefined) return undefined;
      out += set.source;
      i = set.end;
      atStart = false;
      continue;
    }
    const token = char === '\\' ? pattern.slice(i, i + 2) : char;
    if (/^\\[1-9]$/.test(token)) return undefined;
    i += token.length;
    const operator: string = kind === 'extended' ? token : basicOperator(token, pattern, i, atStart);
    const piece = translateToken(operator, atStart);
    if (operator === '{') {
      const interval = /^(\d*)(,?)(\d*)(\\?)\}/.exec(pattern.slice(i));
      const closes = interval && (interval[4] === '\\') === (kind === 'basic');
      if (closes && !atStart && interval[0].length > 1) {
        out += `{${interval[1] || '0'}${interval[2]}${interval[3]}}`;
        i += interval[0].length;
      } else {
        out += '\\{';
      }
      atStart = false;
      continue;
    }
    out += piece;
    atStart = operator === '(' || operator === '|' || (operator === '^' && kind === 'basic');
  }
  return out;
}

/** The extended form of a basic token: operators have a backslash there, and `*` `^` `$` depend on their place. */
function basicOperator(token: string, pattern: string, next: number, atStart: boolean): string {
  if (/^\\[(){}|+?]$/.test(token)) return token.slice(1);
  if (/^[(){}|+?]$/.test(token)) return `\\${token}`;
  if (token === '*' && atStart) return '\\*';
  if (token === '^' && !atStart) return '\\^';
  if (token === '$' && next < pattern.length && !/^\\[)|]/.test(pattern.slice(next))) return '\\$';
  return token;
}

function translateToken(token: string, atStart: boolean): string {
  if (token.length === 2) {
    const letter = token[1] as string;
    return escapes[letter] ?? quoteRegex(letter);
  }
  if (/[*+?]/.test(token) && atStart) return quoteRegex(token);
  if (token === '}' || token === ']') return `\\${token}`;
  return token === '\\' ? '\\\\' : token;
}

const classes: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\r\\f\\v',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
};

/**
 * A bracket expression that begins at `start`, in RE2's syntax; undefined when it is not closed.
 * `quotes`: backslash quotes inside it, as in shell patterns; in a regular expression it stands for itself.
 */
export function translateSet(
  pattern: string,
  start: number,
  quotes = false,
): { source: string; end: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '^' || (quotes && pattern[i] === '!');
  if (negated) i++;
  let body = '';
  for (let first = true; ; first = false) {
    const char = pattern[i];
    if (char === undefined) return undefined;
    if (char === ']' && !first) break;
    const named = /^\[([:.=])(.*?)\1\]/s.exec(pattern.slice(i, i + 24));
    if (named) {
      const name = named[2] as string;
      body += named[1] === ':' ? (classes[name] ?? '') : quoteInSet(name);
      i += named[0].length;
      continue;
    }
    if (quotes && char === '\\' && i + 1 < pattern.length) i++;
    const plain = pattern[i] as string;
    const isRange = pattern[i + 1] === '-' && pattern[i + 2] !== ']' && pattern[i + 2] !== undefined;
    body += quoteInSet(plain) + (isRange ? '-' : '');
    i += isRange ? 2 : 1;
    if (isRange) {
      if (quotes && pattern[i] === '\\') i++;
      body += quoteInSet(pattern[i] ?? '');
      i++;
    }
  }
  if (body === '') return { source: negated ? '[\\s\\S]' : '[^\\s\\S]', end: i + 1 };
  return { source: `[${negated ? '^' : ''}${body}]`, end: i + 1 };
}

function quoteInSet(text: string): string {
  return text.replace(/[\\\]^[-]/g, '\\$&');
}
