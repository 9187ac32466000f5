/**
 * Shell patterns as glob(3) and fnmatch(3) read them: `*`, `?`, `[a-z]`, `[!a]`, backslash.
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
  if (options.period && text.startsWith('.') && !pattern.startsWith('.')) return false;
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

function matchSet(pattern: string, start: number, char: string): number {
  const negated = pattern[start + 1] === '!' || pattern[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  const close = pattern.indexOf(']', first + 1);
  if (close < 0) return char === '[' ? start + 1 : 0;
  let found = false;
  for (let i = first; i < close; i++) {
    const low = pattern[i] as string;
    const isRange = pattern[i + 1] === '-' && i + 2 < close;
    const high = isRange ? (pattern[i + 2] as string) : low;
    if (char >= low && char <= high) found = true;
    if (isRange) i += 2;
  }
  return found !== negated ? close + 1 : 0;
}
