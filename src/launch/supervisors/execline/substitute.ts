import { isUnknown, shield, unshield } from '../../../model/unknown.ts';
import type { Budget } from '../../budget.ts';
import { launchLimits } from '../../limits.ts';
import type { ParsedOptions } from '../../options.ts';
import { bounded } from '../../texts.ts';

/** What keys in a command's words stand for: a key's value is any number of words. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** Options of all commands that put values in (execline's el_transform). */
export const transformLetters = 'NnsCcd:';

/**
 * The words with `${key}`, and `$key` where only another sign of this kind or the word's end follows, replaced. One
 * word becomes one for each value. Undefined where they become too many or too long.
 */
export function substitute(argv: readonly string[], values: Values, budget: Budget): string[] | undefined {
  const words: string[] = [];
  let length = 0;
  for (const word of argv) {
    const found = substituteWord(word, values);
    budget.spend(2 + found.length + word.length / 8);
    length += found.reduce((sum, each) => sum + each.length, 0);
    words.push(...found);
    if (words.length > launchLimits.words || length > 2 * launchLimits.text) return undefined;
  }
  return words;
}

function substituteWord(word: string, values: Values): string[] {
  const key = /(\\*)\$(?:\{([^${}]*)\}|([^${}\\]+))/g;
  let results = [''];
  let from = 0;
  const append = (texts: readonly string[]) => {
    if (results.length * texts.length > launchLimits.words) return;
    results = results.flatMap((before) => texts.map((text) => bounded(before + text)));
  };
  const shielded = shield(word);
  for (const match of shielded.matchAll(key)) {
    const [whole, slashes = '', braced, plain] = match;
    const found = values.get(unshield(braced ?? plain ?? ''));
    append([shielded.slice(from, match.index)]);
    from = match.index + whole.length;
    if (found === undefined) append([whole]);
    // An odd number of backslashes quotes the key; each pair stands for one.
    else if (slashes.length % 2 === 1)
      append([slashes.slice((slashes.length + 1) / 2) + whole.slice(slashes.length)]);
    else append(found.map((value) => slashes.slice(slashes.length / 2) + shield(value)));
  }
  append([shielded.slice(from)]);
  return results.map(unshield);
}

/** A value after crunching, chomping and splitting, as the options say. */
export function transform(value: string, options: ParsedOptions): string[] {
  const delimiters = options.value('d') ?? ' \n\r\t';
  if (isUnknown(value) || delimiters === '') return [value];
  const chomps = lastOf(options, 'n', 'N');
  const crunches = lastOf(options, 'C', 'c');
  if (!chomps && !crunches && !options.has('s')) return [value];
  let chars = [...value];
  const isDelimiter = (char: string | undefined) => char !== undefined && delimiters.includes(char);
  if (crunches) chars = chars.filter((char, at) => !(isDelimiter(char) && isDelimiter(chars[at - 1])));
  if (chomps && isDelimiter(chars.at(-1))) chars.pop();
  return options.has('s') ? split(chars, isDelimiter) : [chars.join('')];
}

function lastOf(options: ParsedOptions, yes: string, no: string): boolean {
  return options.options.findLast(({ name }) => name === yes || name === no)?.name === yes;
}

/** Every delimiter ends a word; what stands behind the last is one where it is not empty. */
function split(chars: readonly string[], isDelimiter: (char: string | undefined) => boolean): string[] {
  const words: string[] = [];
  let word = '';
  for (const char of chars) {
    if (isDelimiter(char)) {
      words.push(word);
      word = '';
    } else word += char;
  }
  return word === '' ? words : [...words, word];
}
