import { limits } from '../base/limits.ts';
import { Refusal } from './reasons.ts';

/** Answers `name(argument, …)`; undefined where it can't be known. Throws Refusal where there is no such predicate. */
export type Predicate = (name: string, args: string[]) => boolean | undefined;

/**
 * Whether a condition holds: predicates and integers, joined by `&&`, `||`, `!` and parentheses. An empty one does not.
 * Undefined where it can't be known. Throws Refusal where it can't be parsed.
 */
export function holdsCondition(text: string, predicate: Predicate): boolean | undefined {
  if (text.trim() === '') return false;
  const reader = new ConditionReader(text, predicate);
  const result = reader.either(0);
  if (!reader.isAtEnd) throw new Refusal(`unexpected text at the end of the condition "${text}"`);
  return result;
}

const integer = /[+-]?(?:0[xX][0-9a-fA-F]+|\d+)/y;
const word = /[^ (]+/y;

class ConditionReader {
  readonly #text: string;
  readonly #predicate: Predicate;
  #pos = 0;

  constructor(text: string, predicate: Predicate) {
    this.#text = text;
    this.#predicate = predicate;
  }

  get isAtEnd(): boolean {
    return this.#pos >= this.#text.length;
  }

  /** `both || both …` */
  either(depth: number): boolean | undefined {
    const results = [this.#both(depth)];
    while (this.#take('||')) results.push(this.#both(depth));
    return results.includes(true) ? true : results.includes(undefined) ? undefined : false;
  }

  /** `term && term …` */
  #both(depth: number): boolean | undefined {
    const results = [this.#term(depth)];
    while (this.#take('&&')) results.push(this.#term(depth));
    return results.includes(false) ? false : results.includes(undefined) ? undefined : true;
  }

  #term(depth: number): boolean | undefined {
    let isNegated = false;
    while (this.#take('!')) isNegated = !isNegated;
    const result = this.#plainTerm(depth);
    this.#skipBlanks();
    return isNegated && result !== undefined ? !result : result;
  }

  #plainTerm(depth: number): boolean | undefined {
    this.#skipBlanks();
    const number = this.#match(integer);
    if (number !== undefined) return Number(number.replace(/^[+-]/, '')) !== 0;
    if (this.#take('(')) {
      if (depth >= limits.configDepth) this.#fail();
      const result = this.either(depth + 1);
      if (!this.#take(')')) this.#fail();
      return result;
    }
    const name = this.#match(word);
    return name === undefined ? this.#fail() : this.#predicate(name, this.#arguments());
  }

  /** Without parentheses there is one empty argument. */
  #arguments(): string[] {
    if (this.#text[this.#pos] !== '(') return [''];
    const args: string[] = [];
    do {
      this.#pos++;
      args.push(this.#argument());
    } while (this.#text[this.#pos] === ',');
    if (this.#text[this.#pos++] !== ')') this.#fail();
    return args;
  }

  /** Up to a comma or parenthesis outside quotes. */
  #argument(): string {
    let value = '';
    let quote = '';
    for (; !this.isAtEnd; this.#pos++) {
      const char = this.#text[this.#pos] as string;
      if (quote === '' && (char === ',' || char === ')')) break;
      if ((char === '"' || char === "'") && (quote === '' || quote === char)) {
        quote = quote === '' ? char : '';
      } else if (char === '\\' && quote !== "'" && /[\\ "'rnt]/.test(this.#text[this.#pos + 1] ?? '')) {
        const escaped = this.#text[++this.#pos] as string;
        value += { r: '\r', n: '\n', t: '\t' }[escaped] ?? escaped;
      } else value += char;
    }
    return value;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#pos;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#pos += found.length;
    return found;
  }

  #take(token: string): boolean {
    this.#skipBlanks();
    const isThere = this.#text.startsWith(token, this.#pos);
    if (isThere) this.#pos += token.length;
    return isThere;
  }

  #skipBlanks(): void {
    while (this.#text[this.#pos] === ' ' || this.#text[this.#pos] === '\t') this.#pos++;
  }

  #fail(): never {
    throw new Refusal(`the condition "${this.#text}" can't be parsed`);
  }
}
