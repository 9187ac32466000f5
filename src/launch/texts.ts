import { isUnknown, shield, showUnknown, unknown, unshield } from '../model/unknown.ts';
import { launchLimits } from './limits.ts';

/** Exit status of a command; undefined when it can't be known. */
export type Status = number | undefined;

/** A value that is unknown because of `reason`, on one short line. */
export function unknownText(reason: string): string {
  return unknown(brief(reason));
}

/** A text on one line of at most `length` characters, unknown parts shown. */
export function brief(text: string, length = 120): string {
  const line = showUnknown(text).replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** The text, or an unknown where it is longer than a value may be. */
export function bounded(text: string): string {
  return text.length <= launchLimits.text ? text : unknownText(`a text of ${text.length} characters`);
}

const markers = /\u{E000}[^\u{E000}\u{E001}]*\u{E001}/gu;

/** The known parts around unknown ones: `a⟨?⟩b` gives `['a', 'b']`. */
export function knownParts(text: string): string[] {
  return text.split(markers);
}

/** A process number that can't be known, of the `index`th process in the background, which runs `text`. */
export function processNumber(index: number, text: string): string {
  return unknownText(`process ${index}: ${text}`);
}

/** A number in the place of a text that is one process number: of these at least that much is known. */
export function withNumber(text: string): string {
  const [, index] = /^\u{E000}process (\d+): [^\u{E000}\u{E001}]*\u{E001}$/u.exec(text) ?? [];
  return index === undefined ? text : String(1_000 + Number(index));
}

/** Whether two texts are the same; undefined when unknown parts leave both possible. */
export function sameText(a: string, b: string): boolean | undefined {
  if (!isUnknown(a) && !isUnknown(b)) return a === b;
  if (isNumberAndOther(a, b) || isNumberAndOther(b, a)) return false;
  const left = knownParts(a);
  const right = knownParts(b);
  return startsAlike(left, right) && endsAlike(left, right) ? undefined : false;
}

function isNumberAndOther(a: string, b: string): boolean {
  return withNumber(a) !== a && !isUnknown(b) && !/^\d+$/.test(b);
}

function startsAlike(left: readonly string[], right: readonly string[]): boolean {
  const [a = '', b = ''] = [left[0], right[0]];
  if (left.length === 1 || right.length === 1) {
    return left.length === 1 ? a.startsWith(b) : b.startsWith(a);
  }
  return a.startsWith(b) || b.startsWith(a);
}

function endsAlike(left: readonly string[], right: readonly string[]): boolean {
  const [a = '', b = ''] = [left.at(-1), right.at(-1)];
  if (left.length === 1 || right.length === 1) {
    return left.length === 1 ? a.endsWith(b) : b.endsWith(a);
  }
  return a.endsWith(b) || b.endsWith(a);
}

/** Whether a text is empty; undefined when only unknown parts decide. */
export function isEmptyText(text: string): boolean | undefined {
  if (text === '') return true;
  if (!isUnknown(text) || withNumber(text) !== text) return false;
  return knownParts(text).some((part) => part !== '') ? false : undefined;
}

/** A text in lines without their ends; a last empty line is none. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Works on a text with its unknown parts made opaque: no pattern finds a match inside one. Where the work cuts
 * one apart, all of the result is unknown, because of `reason`.
 */
export function aroundUnknown(text: string, reason: string, work: (text: string) => string): string {
  if (!isUnknown(text)) return work(text);
  const shielded = shield(text);
  return unshieldWhole(work(shielded), shielded) ?? unknownText(reason);
}

/**
 * The text with its unknown parts as they were before `shield`. Undefined where one was changed or cut apart:
 * `sources` are the shielded texts that they come from.
 */
export function unshieldWhole(text: string, ...sources: readonly string[]): string | undefined {
  if (!/[\u{E000}\u{E001}\u{E100}-\u{E17F}]/u.test(text)) return text;
  const known = new Set(sources.flatMap((source) => source.match(markers) ?? []));
  if (!(text.match(markers) ?? []).every((marker) => known.has(marker))) return undefined;
  const around = text.replace(markers, '');
  return /[\u{E000}\u{E001}\u{E100}-\u{E17F}]/u.test(around) ? undefined : unshield(text);
}
