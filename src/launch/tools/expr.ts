import { isUnknown } from '../../model/unknown.ts';
import { posixRegex } from '../regex.ts';
import { knownParts, unknownText } from '../texts.ts';
import type { Tool } from './call.ts';

/** expr(1): status 1 when the result is empty or 0. */
export const expr: Tool = (call) => {
  const parser = new ExprParser(call.args);
  const value = parser.parse();
  if (value === undefined) return call.fail('syntax error', 2);
  call.out(`${value}\n`);
  if (isUnknown(value)) return call.process.condition ? undefined : 0;
  return value === '' || /^-?0+$/.test(value) ? 1 : 0;
};

const levels: readonly (readonly string[])[] = [
  ['|'],
  ['&'],
  ['<', '<=', '=', '==', '!=', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%'],
  [':'],
];

class ExprParser {
  readonly #args: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  /** The value; undefined for a wrong expression. */
  parse(): string | undefined {
    const value = this.#level(0);
    return this.#at === this.#args.length ? value : undefined;
  }

  #level(level: number): string | undefined {
    const operators = levels[level];
    if (operators === undefined) return this.#primary();
    let left = this.#level(level + 1);
    while (left !== undefined && operators.includes(this.#args[this.#at] ?? '')) {
      const operator = this.#args[this.#at++] as string;
      const right = this.#level(level + 1);
      left = right === undefined ? undefined : apply(operator, left, right);
    }
    return left;
  }

  #primary(): string | undefined {
    const word = this.#args[this.#at++];
    if (word === '(') {
      if (++this.#depth > 100) return undefined;
      const value = this.#level(0);
      return this.#args[this.#at++] === ')' ? value : undefined;
    }
    const operands = { length: 1, index: 2, match: 2, substr: 3 }[word ?? ''] ?? 0;
    if (operands === 0 || this.#at + operands > this.#args.length)
      return word === '+' ? this.#args[this.#at++] : word;
    const values = this.#args.slice(this.#at, this.#at + operands);
    this.#at += operands;
    return named(word as string, values);
  }
}

function named(name: string, [text = '', second = '', third = '']: readonly string[]): string {
  if (isUnknown(text + second + third)) return unknownText(`expr ${name}`);
  if (name === 'length') return String([...text].length);
  if (name === 'match') return apply(':', text, second);
  if (name === 'index') return String(1 + [...text].findIndex((char) => second.includes(char)));
  const [position, length] = [Number(second), Number(third)];
  return position > 0 && length > 0 ? text.slice(position - 1, position - 1 + length) : '';
}

function apply(operator: string, left: string, right: string): string {
  if (operator === ':' && right.startsWith('.*') && isUnknown(left) && !isUnknown(right)) {
    const end = matched(left, right);
    const known = knownParts(left).at(-1) ?? '';
    // `.*` takes as much as it can: what is found behind the unknown part does not depend on it.
    if (end !== '' && /\\\(/.test(right) && known.endsWith(end)) return end;
  }
  if (isUnknown(left) || isUnknown(right)) return unknownText(`expr ${left} ${operator} ${right}`);
  const isNull = (text: string) => text === '' || /^-?0+$/.test(text);
  if (operator === '|') return isNull(left) ? (isNull(right) ? '0' : right) : left;
  if (operator === '&') return isNull(left) || isNull(right) ? '0' : left;
  if (operator === ':') return matched(left, right);
  const numbers = /^-?\d{1,40}$/.test(left) && /^-?\d{1,40}$/.test(right);
  if (/[<>=]/.test(operator)) return compared(operator, left, right, numbers) ? '1' : '0';
  if (!numbers) return '';
  const [a, b] = [BigInt(left), BigInt(right)];
  if (b === 0n && (operator === '/' || operator === '%')) return '';
  return String({ '+': a + b, '-': a - b, '*': a * b }[operator] ?? (operator === '/' ? a / b : a % b));
}

function matched(text: string, pattern: string): string {
  const regex = posixRegex('basic', pattern.startsWith('^') ? pattern : `^${pattern}`);
  if (regex === undefined) return unknownText(`expr ${text} : ${pattern}`);
  const match = regex.find(text);
  if (match && match.groups.length > 1) return match.groups[1] ?? '';
  return /\\\(/.test(pattern) ? '' : String(match ? match.end : 0);
}

function compared(operator: string, left: string, right: string, numbers: boolean): boolean {
  const [a, b] = numbers ? [BigInt(left), BigInt(right)] : [left, right];
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '!=':
      return a !== b;
    default:
      return a === b;
  }
}
