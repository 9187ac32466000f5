import { RE2JS } from 're2js';
import { shield, unshield } from '../model/unknown.ts';

/** RE2 regular expressions of packs: linear time on any text, so neither a pack nor an image can hang us. */

const compiled = new Map<string, RE2JS>();

function compile(pattern: string): RE2JS {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    regex = RE2JS.compile(pattern);
    compiled.set(pattern, regex);
  }
  return regex;
}

/** Why a pattern can't be used, or undefined when it can. */
export function patternError(pattern: string): string | undefined {
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether the pattern matches somewhere in the text. */
export function matches(pattern: string, text: string): boolean {
  return compile(pattern).matcher(text).find();
}

/** Whether the pattern matches the text from its beginning to its end. */
export function matchesWhole(pattern: string, text: string): boolean {
  return compile(pattern).matcher(text).matches();
}

/** The first group of the first match, or the whole match where there is no group; undefined without a match. */
export function capture(pattern: string, text: string): string | undefined {
  const matcher = compile(pattern).matcher(text);
  if (!matcher.find()) return undefined;
  return (matcher.groupCount() > 0 ? matcher.group(1) : matcher.group(0)) ?? '';
}

/** As `capture`, for all matches. */
export function captureAll(pattern: string, text: string, limit = 1_000): string[] {
  const matcher = compile(pattern).matcher(text);
  const found: string[] = [];
  while (found.length < limit && matcher.find()) {
    found.push((matcher.groupCount() > 0 ? matcher.group(1) : matcher.group(0)) ?? '');
  }
  return found;
}

/** The named groups when the pattern matches the whole text; undefined when it does not. */
export function groups(pattern: string, text: string): Record<string, string> | undefined {
  const regex = compile(pattern);
  const matcher = regex.matcher(text);
  if (!matcher.matches()) return undefined;
  const named: Record<string, string> = {};
  for (const name of Object.keys(regex.namedGroups())) named[name] = matcher.group(name) ?? '';
  return named;
}

/** The names of a pattern's groups; none where the pattern can't be used. */
export function groupNames(pattern: string): string[] {
  return patternError(pattern) === undefined ? Object.keys(compile(pattern).namedGroups()) : [];
}

/** The parts of a text between matches; none is found inside what is unknown. */
export function split(pattern: string, text: string): string[] {
  return compile(pattern).split(shield(text)).map(unshield);
}

/** What every match of a pattern begins with, as far as it is plain text: a quick way to tell that there is none. */
function beginningOf(pattern: string): string {
  let beginning = beginnings.get(pattern);
  if (beginning === undefined) {
    const plain = /^(?:[\w\s/:=@-]|\\[^\w\s])*/.exec(pattern)?.[0] ?? '';
    const isOptional = pattern.includes('|') || /^[*?{+]/.test(pattern.slice(plain.length));
    beginning = isOptional ? '' : plain.replace(/\\/g, '');
    beginnings.set(pattern, beginning);
  }
  return beginning;
}

const beginnings = new Map<string, string>();

/** Every match replaced: `replace` gets the first group (or the whole match) and the whole match. */
export function replaceAll(
  pattern: string,
  text: string,
  replace: (group: string, whole: string) => string,
): string {
  if (!text.includes(beginningOf(pattern))) return text;
  const matcher = compile(pattern).matcher(text);
  let result = '';
  let from = 0;
  while (matcher.find()) {
    const whole = matcher.group(0) ?? '';
    result +=
      text.slice(from, matcher.start()) +
      replace((matcher.groupCount() > 0 && matcher.group(1)) || whole, whole);
    from = matcher.end();
  }
  return result + text.slice(from);
}
