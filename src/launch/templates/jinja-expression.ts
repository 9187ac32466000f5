import { isUnknown } from '../../model/unknown.ts';
import { isSame, numberOf } from './functions.ts';
import { filters, tests } from './jinja-filters.ts';
import { type Token, tokensOf } from './jinja-lex.ts';
import { isTruthy, knownText, TemplateError, templateLimits, Unknowable, type Value } from './value.ts';

export type Variables = (name: string) => Value;

/** Works an expression out when it is asked with variables. */
export type Expression = (variables: Variables) => Value;

/** Reads an expression of Jinja. Throws TemplateError. */
export function parseExpression(source: string): Expression {
  const reader = new ExpressionReader(tokensOf(source));
  const expression = reader.expression();
  if (!reader.isAtEnd) throw new TemplateError(`unexpected text in ${source}`);
  return expression;
}

/** Functions that the command line tools add. */
const environmentNames = ['env', 'environ', 'getenv'];

class ExpressionReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  #take(kind: Token['kind'], ...texts: string[]): string | undefined {
    const found = this.#tokens[this.#at];
    if (found?.kind !== kind || (texts.length > 0 && !texts.includes(found.text))) return undefined;
    this.#at++;
    return found.text;
  }

  #expect(sign: string): void {
    if (this.#take('sign', sign) === undefined) throw new TemplateError(`expected ${sign}`);
  }

  /** `a if b else c` */
  expression(): Expression {
    if (++this.#depth > templateLimits.depth) throw new TemplateError('it is nested too deeply');
    const value = this.#or();
    let whole = value;
    if (this.#take('name', 'if')) {
      const test = this.#or();
      const otherwise = this.#take('name', 'else') ? this.expression() : () => undefined;
      whole = (variables) => (isTruthy(test(variables)) ? value(variables) : otherwise(variables));
    }
    this.#depth--;
    return whole;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take('name', 'or')) {
      const [a, b] = [left, this.#and()];
      left = (variables) => {
        const value = a(variables);
        return isTruthy(value) ? value : b(variables);
      };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#take('name', 'and')) {
      const [a, b] = [left, this.#not()];
      left = (variables) => {
        const value = a(variables);
        return isTruthy(value) ? b(variables) : value;
      };
    }
    return left;
  }

  #not(): Expression {
    let count = 0;
    while (this.#take('name', 'not')) count++;
    const value = this.#comparison();
    return count === 0 ? value : (variables) => isTruthy(value(variables)) === (count % 2 === 0);
  }

  #comparison(): Expression {
    const left = this.#sum();
    const sign = this.#take('sign', '==', '!=', '<', '>', '<=', '>=');
    if (sign !== undefined) {
      const right = this.#sum();
      return (variables) => compare(sign, left(variables), right(variables));
    }
    const isNegated = this.#tokens[this.#at]?.text === 'not' && this.#tokens[this.#at + 1]?.text === 'in';
    if (isNegated) this.#at++;
    if (this.#take('name', 'in') === undefined) return left;
    const right = this.#sum();
    return (variables) => isIn(left(variables), right(variables)) !== isNegated;
  }

  #sum(): Expression {
    let left = this.#product();
    for (let sign = this.#take('sign', '+', '-', '~'); sign; sign = this.#take('sign', '+', '-', '~')) {
      const [a, b, by] = [left, this.#product(), sign];
      left = (variables) => summed(by, a(variables), b(variables));
    }
    return left;
  }

  #product(): Expression {
    let left = this.#filtered();
    for (
      let sign = this.#take('sign', '*', '/', '//', '%');
      sign;
      sign = this.#take('sign', '*', '/', '//', '%')
    ) {
      const [a, b, by] = [left, this.#filtered(), sign];
      left = (variables) => multiplied(by, numberOf(a(variables)), numberOf(b(variables)));
    }
    return left;
  }

  /** A value with its filters and tests: `x | default('y') is defined`. */
  #filtered(): Expression {
    let value = this.#primary();
    for (;;) {
      if (this.#take('sign', '|')) value = this.#filter(value);
      else if (this.#take('name', 'is')) value = this.#test(value);
      else return value;
    }
  }

  #filter(value: Expression): Expression {
    const name = this.#take('name') ?? '';
    const args = this.#take('sign', '(') ? this.#arguments(')') : [];
    const filter = filters.get(name);
    return (variables) => {
      if (filter === undefined) throw new Unknowable(`the filter ${name}`);
      return filter(value(variables), ...args.map((arg) => arg(variables)));
    };
  }

  #test(value: Expression): Expression {
    const isNegated = this.#take('name', 'not') !== undefined;
    const name = this.#take('name') ?? '';
    const args = this.#take('sign', '(') ? this.#arguments(')') : [];
    const test = tests.get(name);
    return (variables) => {
      if (test === undefined) throw new Unknowable(`the test ${name}`);
      return test(value(variables), ...args.map((arg) => arg(variables))) !== isNegated;
    };
  }

  #arguments(close: string): Expression[] {
    const found: Expression[] = [];
    while (this.#take('sign', close) === undefined) {
      if (this.#tokens[this.#at + 1]?.text === '=' && this.#take('name')) this.#at++;
      found.push(this.expression());
      if (this.#take('sign', ',') === undefined) {
        this.#expect(close);
        break;
      }
    }
    return found;
  }

  #primary(): Expression {
    let value = this.#atom();
    for (;;) {
      if (this.#take('sign', '.')) {
        const name = this.#take('name') ?? this.#take('number') ?? '';
        value = this.#take('sign', '(')
          ? method(value, name, this.#arguments(')'))
          : member(value, () => name);
      } else if (this.#take('sign', '[')) {
        const key = this.expression();
        this.#expect(']');
        value = member(value, key);
      } else return value;
    }
  }

  #atom(): Expression {
    const text = this.#take('text');
    if (text !== undefined) return () => text;
    const number = this.#take('number');
    if (number !== undefined) return () => Number(number);
    const name = this.#take('name');
    if (name !== undefined) return this.#named(name);
    if (this.#take('sign', '-')) {
      const value = this.#primary();
      return (variables) => -numberOf(value(variables));
    }
    if (this.#take('sign', '(')) {
      const value = this.expression();
      this.#expect(')');
      return value;
    }
    if (this.#take('sign', '[')) {
      const items = this.#arguments(']');
      return (variables) => items.map((item) => item(variables));
    }
    throw new TemplateError('expected a value');
  }

  #named(name: string): Expression {
    if (/^(true|True)$/.test(name)) return () => true;
    if (/^(false|False)$/.test(name)) return () => false;
    if (/^(none|None)$/.test(name)) return () => null;
    if (this.#take('sign', '(') === undefined) return (variables) => variables(name);
    const args = this.#arguments(')');
    return (variables) => {
      const values = args.map((arg) => arg(variables));
      if (name === 'range') return range(...values.map(numberOf));
      if (!environmentNames.includes(name)) throw new Unknowable(`the function ${name}`);
      const environment = variables('environ');
      const key = knownText(values[0]);
      const found = environment instanceof Map ? (environment.get(key) as Value) : variables(key);
      return found ?? values[1];
    };
  }
}

function range(first = 0, last?: number, step = 1): number[] {
  const [from, to] = last === undefined ? [0, first] : [first, last];
  const count = Math.max(0, Math.min(10_000, Math.ceil((to - from) / step)));
  return Array.from({ length: count }, (_, i) => from + i * step);
}

function member(value: Expression, key: Expression): Expression {
  return (variables) => {
    const [of, name] = [value(variables), key(variables)];
    if (typeof of === 'string' && isUnknown(of)) throw new Unknowable(of);
    if (of instanceof Map) return (of as ReadonlyMap<string, Value>).get(knownText(name));
    if (Array.isArray(of)) return of.at(numberOf(name)) as Value;
    if (of === undefined) throw new TemplateError(`${knownText(name)} of what is not defined`);
    return undefined;
  };
}

/** Methods of texts and mappings, which have the names of filters or are look-ups. */
function method(value: Expression, name: string, args: readonly Expression[]): Expression {
  return (variables) => {
    const of = value(variables);
    const given = args.map((arg) => arg(variables));
    if (name === 'get' && of instanceof Map)
      return (of as ReadonlyMap<string, Value>).get(knownText(given[0])) ?? given[1];
    if (name === 'items' && of instanceof Map)
      return [...(of as ReadonlyMap<string, Value>)].map((pair) => [...pair]);
    const filter = filters.get({ strip: 'trim' }[name] ?? name);
    if (filter === undefined) throw new Unknowable(`the method ${name}`);
    return filter(of, ...given);
  };
}

function compare(sign: string, a: Value, b: Value): boolean {
  if (sign === '==') return isSame(a, b);
  if (sign === '!=') return !isSame(a, b);
  const areTexts = typeof a === 'string' && typeof b === 'string';
  const [x, y] = areTexts ? [knownText(a), knownText(b)] : [numberOf(a), numberOf(b)];
  if (sign === '<') return x < y;
  if (sign === '>') return x > y;
  return sign === '<=' ? x <= y : x >= y;
}

function isIn(item: Value, list: Value): boolean {
  if (typeof list === 'string') return knownText(list).includes(knownText(item));
  if (list instanceof Map) return list.has(knownText(item));
  return Array.isArray(list) && list.some((each: Value) => isSame(each, item));
}

function summed(sign: string, a: Value, b: Value): Value {
  if (sign === '~' || (sign === '+' && (typeof a === 'string' || typeof b === 'string')))
    return `${a ?? ''}${b ?? ''}`;
  return sign === '+' ? numberOf(a) + numberOf(b) : numberOf(a) - numberOf(b);
}

function multiplied(sign: string, a: number, b: number): number {
  if (sign === '*') return a * b;
  if (sign === '%') return a % b;
  return sign === '//' ? Math.floor(a / b) : a / b;
}
