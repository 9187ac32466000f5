import { matchGlob } from '../../base/glob.ts';
import { isUnknown } from '../../model/unknown.ts';
import { compile, quoteRegex, type Regex, translateSet } from '../regex.ts';
import { knownParts, withNumber } from '../texts.ts';

/**
 * Shell patterns as text: `*`, `?`, `[…]`, and ksh's `@(a|b)` forms; a backslash quotes. What was quoted in the
 * script has a backslash before each special character.
 */

const special = /[*?[\]\\()|!+@-]/g;

/** A text that a pattern matches literally. */
export function quotePattern(text: string): string {
  return text.replace(special, '\\$&');
}

/** The text that a pattern without special characters stands for. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1');
}

const extended = /[@?*+!]\(/;

/** Whether a pattern has an unquoted special character. */
export function hasMagic(pattern: string): boolean {
  const bare = pattern.replace(/\\./gs, '');
  return /[*?]|\[[^\]]*.\]/s.test(bare) || extended.test(bare);
}

/** As `matchesPattern`, letters of either case being the same where `ignoreCase`. */
export function matchesPatternCase(pattern: string, text: string, ignoreCase: boolean): boolean | undefined {
  return ignoreCase
    ? matchesPattern(pattern.toLowerCase(), text.toLowerCase())
    : matchesPattern(pattern, text);
}

/** Whether a whole text matches; undefined where unknown parts leave both possible. */
export function matchesPattern(pattern: string, text: string): boolean | undefined {
  const number = withNumber(text);
  if (number !== text && isAboutKind(pattern)) return fullMatch(pattern, number);
  if (isUnknown(pattern) || isUnknown(text)) return matchesUnknown(pattern, text);
  return fullMatch(pattern, text);
}

/** Whether the pattern asks what kind of characters there are, and not which digits. */
function isAboutKind(pattern: string): boolean {
  return !isUnknown(pattern) && !/\d/.test(pattern.replace(/\[[^\]]*\]/g, ''));
}

function fullMatch(pattern: string, text: string): boolean {
  const negation = extended.test(pattern) ? splitAtNegation(pattern) : undefined;
  if (negation) return matchesNegation(negation, text);
  const isSimple = !extended.test(pattern) && !/\[\[?[:.=]|\[[^\]]*\\/.test(pattern);
  if (isSimple) return matchGlob(pattern, text);
  const regex = patternRegex(`\\A(?:${toRegex(pattern)})\\z`);
  return regex?.find(text) !== undefined;
}

interface Negation {
  before: string;
  inside: string;
  behind: string;
}

/** `a!(b|c)d` in its parts, where such a form stands at the top level. */
function splitAtNegation(pattern: string): Negation | undefined {
  let depth = 0;
  let start = -1;
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (/[@?*+!]/.test(pattern[i] as string) && pattern[i + 1] === '(') {
      if (depth++ === 0 && start < 0 && pattern[i] === '!') start = i;
      i++;
    } else if (pattern[i] === ')' && depth > 0 && --depth === 0 && start >= 0) {
      return {
        before: pattern.slice(0, start),
        inside: pattern.slice(start + 2, i),
        behind: pattern.slice(i + 1),
      };
    }
  }
  return undefined;
}

const longestNegation = 512;

/** RE2 has no negation; every cut of the text is tried. */
function matchesNegation({ before, inside, behind }: Negation, text: string): boolean {
  if (text.length > longestNegation) return false;
  for (let from = 0; from <= text.length; from++) {
    if (!fullMatch(before, text.slice(0, from))) continue;
    for (let to = from; to <= text.length; to++) {
      if (!fullMatch(`@(${inside})`, text.slice(from, to)) && fullMatch(behind, text.slice(to))) return true;
    }
  }
  return false;
}

/** Unknown parts can be anything: only what stands around them can decide. */
function matchesUnknown(pattern: string, text: string): boolean | undefined {
  if (isUnknown(pattern)) return undefined;
  // With stars alone, one that takes the unknown part takes whatever it is.
  const placeholder = '\u{E002}';
  const plainStars = !/[?[]/.test(pattern.replace(/\\./gs, '')) && !extended.test(pattern);
  if (plainStars && fullMatch(pattern, knownParts(text).join(placeholder))) return true;
  const parts = knownParts(text);
  const [prefix = '', suffix = ''] = [parts[0], parts.at(-1)];
  return couldStart(pattern, prefix) && couldEnd(pattern, suffix) ? undefined : false;
}

/** Whether some text that begins with `prefix` could match. */
function couldStart(pattern: string, prefix: string): boolean {
  const literal = /^(?:[^*?[\\@+!]|\\.)*/s.exec(pattern)?.[0] ?? '';
  const start = unquotePattern(literal);
  const isWhole = literal.length === pattern.length;
  return (
    prefix.startsWith(start) || (start.startsWith(prefix) && (!isWhole || prefix.length <= start.length))
  );
}

function couldEnd(pattern: string, suffix: string): boolean {
  if (/[\\([]/.test(pattern)) return true;
  const end = /[^*?\])]*$/.exec(pattern)?.[0] ?? '';
  return suffix.endsWith(end) || end.endsWith(suffix);
}

/** The offset after the shortest or longest match at the start of a text; undefined when there is none. */
export function matchStart(pattern: string, text: string, longest: boolean): number | undefined {
  const simple = literalOrStar(pattern, text, longest);
  if (simple !== undefined) return simple.end;
  if (longest) return patternRegex(`\\A(?:${toRegex(pattern)})`)?.find(text)?.end;
  return patternRegex(`\\A(?:${toRegex(pattern, true)})`, true)?.find(text)?.end;
}

/** Common forms without a regular expression: `abc`, `*abc`. */
function literalOrStar(
  pattern: string,
  text: string,
  longest: boolean,
): { end: number | undefined } | undefined {
  const body = pattern.startsWith('*') ? pattern.slice(1) : pattern;
  if (hasMagic(body)) return undefined;
  const literal = unquotePattern(body);
  if (body === pattern) return { end: text.startsWith(literal) ? literal.length : undefined };
  const at = longest ? text.lastIndexOf(literal) : text.indexOf(literal);
  return { end: at < 0 ? undefined : at + literal.length };
}

/** The offset where the shortest or longest match at the end of a text begins; undefined when there is none. */
export function matchEnd(pattern: string, text: string, longest: boolean): number | undefined {
  if (!hasMagic(pattern)) {
    const literal = unquotePattern(pattern);
    return text.endsWith(literal) ? text.length - literal.length : undefined;
  }
  const body = pattern.endsWith('*') ? pattern.slice(0, -1) : pattern;
  if (body !== pattern && !body.endsWith('\\') && !hasMagic(body)) {
    const literal = unquotePattern(body);
    const at = longest ? text.indexOf(literal) : text.lastIndexOf(literal);
    return at < 0 ? undefined : at;
  }
  if (longest) return patternRegex(`(?:${toRegex(pattern)})\\z`)?.find(text)?.start;
  // The greedy part before takes as much as it can, so the match behind it is the shortest.
  return patternRegex(`\\A(.*)(?:${toRegex(pattern)})\\z`, true)?.find(text)?.groups[1]?.length;
}

/** The first match at or after an offset, the longest there (`${x/pattern/}`). */
export function findPattern(
  pattern: string,
  text: string,
  from: number,
): { start: number; end: number } | undefined {
  if (!hasMagic(pattern)) {
    const literal = unquotePattern(pattern);
    const start = literal === '' ? -1 : text.indexOf(literal, from);
    return start < 0 ? undefined : { start, end: start + literal.length };
  }
  return patternRegex(toRegex(pattern))?.find(text, from);
}

const cacheSize = 2_000;
const cache = new Map<string, Regex | undefined>();

function patternRegex(source: string, first = false): Regex | undefined {
  const key = first + source;
  if (!cache.has(key)) {
    if (cache.size >= cacheSize) cache.clear();
    cache.set(key, source.length > 8_192 ? undefined : compile(source, { first }));
  }
  return cache.get(key);
}

/** A pattern in RE2's syntax. `!(…)` has no counterpart there; inside other forms it is taken to match anything. */
function toRegex(pattern: string, lazy = false): string {
  const end = lazy ? '?' : '';
  let out = '';
  const open: string[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (/[@?*+!]/.test(char) && pattern[i + 1] === '(') {
      out += '(?:';
      open.push(char);
      i++;
    } else if (char === ')' && open.length > 0) {
      const operator = open.pop() as string;
      out += operator === '!' ? `|.*${end})` : operator === '@' ? ')' : `)${operator}${end}`;
    } else if (char === '|' && open.length > 0) {
      out += '|';
    } else if (char === '[') {
      const set = translateSet(pattern, i, true);
      out += set?.source ?? '\\[';
      if (set) i = set.end - 1;
    } else if (char === '\\' && i + 1 < pattern.length) {
      out += quoteRegex(pattern[++i] as string);
    } else {
      out += char === '*' ? `.*${end}` : char === '?' ? '.' : quoteRegex(char);
    }
  }
  return out + ')'.repeat(open.length);
}
