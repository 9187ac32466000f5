/**
 * Shell patterns as glob(3) and fnmatch(3) of the C locale read them: `*`, `?`, `[a-z]`, `[!a]`, `[[:alpha:]]`, backslash.
 * Matching never backtracks over more than one star, so its time is bounded by text × pattern.
 */

/** Whether the text has a character that makes it a pattern. */
export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

export interface MatchOptions {
  /** A leading dot of the text is matched only by a literal dot (glob(3) without GLOB_PERIOD). */
  period?: boolean;
}

/** Matches one path component, or any string that has no separators of its own. */
export function matchGlob(pattern: string, text: string, options: MatchOptions = {}): boolean {
  if (options.period && text.startsWith('.') && !/^\\?\./.test(pattern)) return false;
  let p = 0;
  let t = 0;
  let starPattern = -1;
  let starText = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      starPattern = ++p;
      starText = t;
      continue;
    }
    const next = p < pattern.length ? matchOne(pattern, p, text[t] as string) : 0;
    if (next > 0) {
      p = next;
      t++;
    } else if (starPattern >= 0) {
      p = starPattern;
      t = ++starText;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Where the pattern goes on when its element at `p` matches `char`; 0 when it does not. */
function matchOne(pattern: string, p: number, char: string): number {
  const element = pattern[p];
  if (element === '?') return p + 1;
  if (element === '[') return matchSet(pattern, p, char);
  if (element === '\\' && p + 1 < pattern.length) return pattern[p + 1] === char ? p + 2 : 0;
  return element === char ? p + 1 : 0;
}

/** POSIX 9.3.5. A `[` without its `]` stands for itself; a class that does not exist matches nothing. */
function matchSet(pattern: string, start: number, char: string): number {
  const negated = pattern[start + 1] === '!' || pattern[start + 1] === '^';
  let i = start + (negated ? 2 : 1);
  let found = false;
  do {
    if (i >= pattern.length) return char === '[' ? start + 1 : 0;
    named.lastIndex = i;
    const name = named.exec(pattern);
    if (name) {
      const set = classes[name[1] as string];
      if (!set) return 0;
      found ||= set.test(char);
      i = named.lastIndex;
      continue;
    }
    const low = member(pattern, i);
    const isRange =
      pattern[low.next] === '-' && low.next + 1 < pattern.length && pattern[low.next + 1] !== ']';
    const high = isRange ? member(pattern, low.next + 1) : low;
    found ||= char >= low.char && char <= high.char;
    i = high.next;
  } while (pattern[i] !== ']');
  return found !== negated ? i + 1 : 0;
}

function member(pattern: string, i: number): { char: string; next: number } {
  const isEscaped = pattern[i] === '\\' && i + 1 < pattern.length;
  return isEscaped ? { char: pattern[i + 1] ?? '', next: i + 2 } : { char: pattern[i] ?? '', next: i + 1 };
}

const named = /\[:([a-z]*):\]/y;

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};
