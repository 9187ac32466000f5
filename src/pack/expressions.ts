import { posix } from 'node:path';
import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { distinct } from '../base/distinct.ts';
import { isPattern } from '../base/glob.ts';
import { compareVersions } from '../base/version.ts';
import { splitWords } from '../base/words.ts';
import { isUnknown, shield, unknown, unshield } from '../model/unknown.ts';
import { mayRead, mayWrite } from '../rootfs/permissions.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { capture, captureAll, matches, patternError, replaceAll, split } from './patterns.ts';
import { isPerlRegex } from './perl-regex.ts';
import { Programs } from './programs.ts';

/** A value of an expression. Integers are BigInt, as CEL's are 64 bits wide. */
export type Value = string | bigint | boolean | null | Value[] | { [key: string]: Value } | ImageView;

/** Looked up by expressions; `undefined` means that there is no such name. */
export interface Names {
  get(name: string): Value | undefined;
}

/** What expressions may ask of the image's files: `image.exists("/etc/x")`. */
export class ImageView {
  readonly #rootfs: Rootfs;
  readonly programs: Programs;

  constructor(rootfs: Rootfs) {
    this.#rootfs = rootfs;
    this.programs = new Programs(rootfs);
  }

  exists(path: string): boolean {
    return this.#rootfs.find(path) !== undefined;
  }

  isDirectory(path: string): boolean {
    return this.#rootfs.isDirectory(path);
  }

  glob(pattern: string): string[] {
    return this.#rootfs.glob(pattern);
  }

  text(path: string): string {
    return this.#rootfs.readText(path) ?? '';
  }

  /** Whether an account file has the name; true where there is no such file, so that nothing can be told. */
  hasAccount(file: string, name: string): boolean {
    const text = this.#rootfs.readText(file);
    return text === undefined || `\n${text}`.includes(`\n${name}:`);
  }

  owner(path: string): bigint {
    return BigInt(this.#rootfs.find(path)?.uid ?? -1);
  }

  mayRead(path: string, uid: bigint): boolean {
    const file = this.#rootfs.find(path);
    return file !== undefined && mayRead(file, Number(uid) < 0 ? undefined : Number(uid));
  }

  mayWrite(path: string, uid: bigint): boolean {
    const file = this.#rootfs.find(path);
    return file !== undefined && mayWrite(file, Number(uid) < 0 ? undefined : Number(uid));
  }

  isWritableByAll(path: string): boolean {
    const file = this.#rootfs.find(path);
    return file?.type === 'file' && (file.mode & 0o002) !== 0;
  }
}

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: 2_000,
    maxDepth: 40,
    maxListElements: 200,
    maxMapEntries: 100,
    maxCallArguments: 16,
  },
});

environment
  .registerType('Image', { ctor: ImageView })
  .registerFunction('Image.exists(string): bool', (image: ImageView, path: string) => image.exists(path))
  .registerFunction('Image.isDirectory(string): bool', (image: ImageView, path: string) =>
    image.isDirectory(path),
  )
  .registerFunction('Image.glob(string): list<string>', (image: ImageView, text: string) => image.glob(text))
  .registerFunction('Image.text(string): string', (image: ImageView, path: string) => image.text(path))
  .registerFunction('Image.owner(string): int', (image: ImageView, path: string) => image.owner(path))
  .registerFunction('Image.mayRead(string, int): bool', (image: ImageView, path: string, uid: bigint) =>
    image.mayRead(path, uid),
  )
  .registerFunction('Image.mayWrite(string, int): bool', (image: ImageView, path: string, uid: bigint) =>
    image.mayWrite(path, uid),
  )
  .registerFunction('Image.isWritableByAll(string): bool', (image: ImageView, path: string) =>
    image.isWritableByAll(path),
  )
  .registerFunction('Image.hasUser(string): bool', (image: ImageView, name: string) =>
    image.hasAccount('/etc/passwd', name),
  )
  .registerFunction('Image.hasGroup(string): bool', (image: ImageView, name: string) =>
    image.hasAccount('/etc/group', name),
  )
  .registerFunction('Image.hasWord(string, string): bool', (image: ImageView, path: string, word: string) =>
    image.programs.hasWord(path, word),
  )
  .registerFunction(
    'Image.hasWordAnyCase(string, string): bool',
    (image: ImageView, path: string, word: string) => image.programs.hasWordAnyCase(path, word),
  )
  .registerFunction(
    'Image.hasSymbol(string, string): bool',
    (image: ImageView, path: string, symbol: string) => image.programs.hasSymbol(path, symbol),
  )
  .registerFunction('isUnknown(string): bool', isUnknown)
  .registerFunction('unknown(string): string', unknown)
  .registerFunction('isRegex(string): bool', (text: string) => patternError(text) === undefined)
  .registerFunction('isPerlRegex(string): bool', (text: string) => isUnknown(text) || isPerlRegex(text))
  .registerFunction('match(string, string): bool', (text: string, regex: string) => matches(regex, text))
  .registerFunction(
    'capture(string, string): string',
    (text: string, regex: string) => capture(regex, text) ?? '',
  )
  .registerFunction('captures(string, string): list<string>', (text: string, regex: string) =>
    captureAll(regex, text),
  )
  .registerFunction('parts(string, string): list<string>', (text: string, regex: string) =>
    split(regex, text),
  )
  .registerFunction('expand(string, string, map): string', expand)
  .registerFunction(
    'get(map, string, dyn): dyn',
    (values: { [name: string]: Value }, name: string, otherwise: Value) =>
      Object.hasOwn(values, name) ? values[name] : otherwise,
  )
  .registerFunction('words(string): list<string>', (text: string) => splitWords(shield(text)).map(unshield))
  .registerFunction('distinct(list): list', (values: Value[]) => distinct(values, String))
  .registerFunction('lower(string): string', (text: string) => text.toLowerCase())
  .registerFunction('dirname(string): string', (path: string) => posix.dirname(path))
  .registerFunction('basename(string): string', (path: string) => posix.basename(path))
  .registerFunction('absolute(string, string): string', (path: string, base: string) =>
    posix.resolve(base, path),
  )
  .registerFunction('after(list, int): list', (items: Value[], first: bigint) => items.slice(Number(first)))
  .registerFunction('isPattern(string): bool', isPattern)
  .registerFunction(
    'atLeast(string, string): bool',
    (version: string, than: string) => compareVersions(version, than) >= 0,
  )
  .registerFunction('isNumber(string): bool', (text: string) => /^\d{1,18}$/.test(text))
  .registerFunction('number(string): int', toNumber)
  .registerFunction('rounded(string): int', roundedNumber);

/** Every match of a regular expression replaced by the value that its first group names, or by nothing. */
function expand(text: string, regex: string, values: { [name: string]: Value }): string {
  return replaceAll(regex, text, (name) => (Object.hasOwn(values, name) ? String(values[name]) : ''));
}

/** Decimal, or 0x hexadecimal; -1 where it is no number. */
function toNumber(text: string): bigint {
  return /^\s*(0x[0-9a-f]{1,15}|-?\d{1,18})\s*$/i.test(text) ? BigInt(text.trim()) : -1n;
}

/**
 * As strtol(3) with base 0, or where that stops at a fraction or exponent as strtod(3), read it: `0x1F`, `017`, `1.5e3`,
 * rounded to even. -1 where it is no number.
 */
function roundedNumber(text: string): bigint {
  const word = text.trim();
  const sign = word.startsWith('-') ? -1 : 1;
  const digits = word.replace(/^[+-]/, '');
  if (/^0x[0-9a-f]{1,13}$/i.test(digits)) return BigInt(sign * Number(digits));
  if (/^0[0-7]{1,17}$/.test(digits)) return BigInt(sign * Number.parseInt(digits, 8));
  if (/^0\d*[89]/.test(digits) || !/^(\d{1,18}(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?$/i.test(digits)) return -1n;
  const value = Number(word);
  const rounded = Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
  return Number.isSafeInteger(rounded) ? BigInt(rounded) : -1n;
}

type Compiled = (names: object) => unknown;
const compiled = new Map<string, Compiled>();

function compile(expression: string): Compiled {
  let program = compiled.get(expression);
  if (program === undefined) {
    if (/\.\s*matches\s*\(/.test(expression))
      throw new Error('matches() is not linear: use match(text, regex)');
    program = environment.parse(expression) as unknown as Compiled;
    compiled.set(expression, program);
  }
  return program;
}

/** An expression's syntax tree, and what is wrong with its calls and types. Throws where it can't be parsed. */
export function inspectExpression(expression: string): { tree: ASTNode; problem: string | undefined } {
  const { ast, check } = compile(expression) as unknown as ParseResult;
  const { valid, error } = check();
  return { tree: ast, problem: valid ? undefined : (error?.message.split('\n')[0] ?? 'wrong types') };
}

/** Evaluates an expression. Throws an Error with one line of text when it can't be evaluated. */
export function evaluate(expression: string, names: Names): Value {
  try {
    return compile(expression)(scopeOf(names)) as Value;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Error) throw error.cause;
    throw error;
  }
}

/** cel-js asks a plain object for its variables; this one asks `names`. */
function scopeOf(names: Names): object {
  return new Proxy(names, { get: (target, key) => (typeof key === 'string' ? target.get(key) : undefined) });
}
