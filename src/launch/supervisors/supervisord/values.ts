import { shield, unshield } from '../../../model/unknown.ts';
import { unknownText } from '../../texts.ts';

/** A config that supervisord refuses with a usage error. */
export class ConfigError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export type Expansions = ReadonlyMap<string, string | number>;

/** More than any port or name has. */
const widest = 100;
const conversion = /%(?:\(([^)]*)\))?([#0\- +]*)(\d*)(?:\.(\d*))?[hlL]?(.?)/gsu;

/** Python's `text % expansions`. Throws ConfigError for an unknown name and a form that Python refuses. */
export function expand(text: string, expansions: Expansions): string {
  if (!text.includes('%')) return text;
  const expanded = shield(text).replace(conversion, (whole, key, flags, width, precision, type) => {
    if (type === '%') return '%';
    if (Number(width) > widest || Number(precision ?? 0) > widest)
      throw new ConfigError(`${whole} is too wide`);
    if (key === undefined) return shield(formatWhole(whole, type));
    const value = expansions.get(key);
    if (value === undefined) throw new ConfigError(`${whole} names what does not exist`);
    return shield(pad(convert(value, type, precision, whole), flags, Number(width)));
  });
  return unshield(expanded);
}

/** A conversion without a name stands for the whole table of expansions; only `%s` and its kin take one. */
function formatWhole(whole: string, type: string): string {
  if (type !== '' && 'sra'.includes(type)) return unknownText('all of supervisord’s expansions');
  throw new ConfigError(`${JSON.stringify(whole)} is badly formatted`);
}

function convert(value: string | number, type: string, precision: string | undefined, whole: string): string {
  if (type !== '' && 'sra'.includes(type)) {
    const text = type === 's' || typeof value === 'number' ? String(value) : `'${value}'`;
    return precision === undefined ? text : text.slice(0, Number(precision));
  }
  if (typeof value === 'number') {
    if (type !== '' && 'diu'.includes(type)) return String(value).padStart(Number(precision ?? 0), '0');
    if (type === 'x' || type === 'X')
      return type === 'x' ? value.toString(16) : value.toString(16).toUpperCase();
    if (type === 'o') return value.toString(8);
    if (type === 'f' || type === 'F') return value.toFixed(Number(precision ?? 6));
  }
  throw new ConfigError(`${whole} is badly formatted`);
}

function pad(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  return text.padStart(width, flags.includes('0') ? '0' : ' ');
}

/** `KEY=value,KEY="other value"`, taken apart as shlex does in its old, non-POSIX way. Throws ConfigError. */
export function pairs(text: string): Map<string, string> {
  const tokens = oldTokens(shield(text)).map(unshield);
  const found = new Map<string, string>();
  for (let i = 0; i < tokens.length; i += 4) {
    const [key, equals, value] = tokens.slice(i, i + 3);
    if (key === undefined || equals !== '=' || value === undefined)
      throw new ConfigError(`unexpected end of key/value pairs in ${JSON.stringify(text)}`);
    found.set(key, value.replace(/^['"]+|['"]+$/g, ''));
  }
  return found;
}

/** Words of letters, digits and some signs, quoted texts with their quotes, every other character by itself. */
function oldTokens(text: string): string[] {
  const token =
    /#[^\n]*|("[^"]*"|'[^']*')|([\w/.+\-():\u{E000}\u{E001}\u{E100}-\u{E17F}]["'\w/.+\-():\u{E000}\u{E001}\u{E100}-\u{E17F}]*)|([^\s])/gu;
  const tokens: string[] = [];
  for (const [, quoted, word, single] of text.matchAll(token)) {
    if (single === '"' || single === "'")
      throw new ConfigError(`no closing quotation in ${JSON.stringify(text)}`);
    const found = quoted ?? word ?? single;
    if (found !== undefined) tokens.push(found);
  }
  return tokens;
}

/** Python's shlex.split: the words of a command; undefined where a quotation is not closed. */
export function splitCommand(text: string): string[] | undefined {
  const shielded = shield(text);
  const word = /(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S])+/g;
  if (shielded.replace(word, '').trim() !== '') return undefined;
  return (shielded.match(word) ?? []).map((each) => unshield(unquote(each)));
}

function unquote(word: string): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g, (_, single, double, escaped) => {
    if (single !== undefined) return single;
    return double !== undefined ? double.replace(/\\(["\\])/g, '$1') : escaped;
  });
}
