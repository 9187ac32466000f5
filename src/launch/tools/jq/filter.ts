import { JqError, type Token, tokenize } from './lex.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Gives the outputs of a filter for one input. */
export type Filter = (input: Json) => Json[];

export type Variables = ReadonlyMap<string, Json>;

/** Compiles a jq filter: paths, `//`, `|`, `,`, comparisons, `del`, `select`, `keys` and the like. */
export function compileFilter(text: string, variables: Variables): Filter {
  return new Compiler(tokenize(text), variables).whole();
}

type Path = readonly (string | number)[];

const deepest = 100;

class Compiler {
  readonly #tokens: readonly Token[];
  readonly #variables: Variables;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], variables: Variables) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  whole(): Filter {
    const filter = this.#pipe();
    if (this.#at < this.#tokens.length) throw new JqError('syntax error');
    return filter;
  }

  #take(...operators: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'operator' || !operators.includes(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  #word(...words: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'name' || !words.includes(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  #expect(operator: string): void {
    if (!this.#take(operator)) throw new JqError(`expected ${operator}`);
  }

  #pipe(): Filter {
    if (++this.#depth > deepest) throw new JqError('nested too deeply');
    const left = this.#comma();
    const filter = this.#take('|') ? this.#then(left, this.#pipe()) : left;
    this.#depth--;
    return filter;
  }

  #then(left: Filter, right: Filter): Filter {
    return (input) => limited(left(input).flatMap(right));
  }

  #comma(): Filter {
    let left = this.#alternative();
    while (this.#take(',')) {
      const [a, b] = [left, this.#alternative()];
      left = (input) => limited([...a(input), ...b(input)]);
    }
    return left;
  }

  /** `a // b`: the outputs of a that are neither false nor null, or those of b. */
  #alternative(): Filter {
    const left = this.#or();
    if (!this.#take('//')) return left;
    const right = this.#alternative();
    return (input) => {
      const found = quietly(() => left(input)).filter(isTrue);
      return found.length > 0 ? found : right(input);
    };
  }

  #or(): Filter {
    let left = this.#and();
    while (this.#word('or')) {
      const [a, b] = [left, this.#and()];
      left = (input) => a(input).flatMap((x) => (isTrue(x) ? [true] : b(input).map(isTrue)));
    }
    return left;
  }

  #and(): Filter {
    let left = this.#comparison();
    while (this.#word('and')) {
      const [a, b] = [left, this.#comparison()];
      left = (input) => a(input).flatMap((x) => (isTrue(x) ? b(input).map(isTrue) : [false]));
    }
    return left;
  }

  #comparison(): Filter {
    const left = this.#sum();
    const operator = this.#take('==', '!=', '<', '<=', '>', '>=');
    if (operator === undefined) return left;
    const right = this.#sum();
    return (input) => left(input).flatMap((a) => right(input).map((b) => compare(operator, a, b)));
  }

  #sum(): Filter {
    let left = this.#postfix();
    for (
      let operator = this.#take('+', '-', '*', '/', '%');
      operator;
      operator = this.#take('+', '-', '*', '/', '%')
    ) {
      const [a, b, by] = [left, this.#postfix(), operator];
      left = (input) => a(input).flatMap((x) => b(input).map((y) => compute(by, x, y)));
    }
    return left;
  }

  #postfix(): Filter {
    let filter = this.#primary();
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind === 'field') {
        this.#at++;
        filter = this.#then(filter, field(token.text));
      } else if (this.#take('[')) {
        filter = this.#index(filter);
      } else if (this.#take('?')) {
        const inner = filter;
        filter = (input) => quietly(() => inner(input));
      } else if (
        token?.kind === 'operator' &&
        token.text === '.' &&
        this.#tokens[this.#at + 1]?.kind === 'string'
      ) {
        this.#at += 2;
        filter = this.#then(filter, field((this.#tokens[this.#at - 1] as Token).text));
      } else {
        return filter;
      }
    }
  }

  #index(target: Filter): Filter {
    if (this.#take(']')) return (input) => limited(target(input).flatMap(each));
    const key = this.#pipe();
    this.#expect(']');
    return (input) => target(input).flatMap((value) => key(input).map((at) => indexed(value, at)));
  }

  #primary(): Filter {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new JqError('unexpected end');
    this.#at++;
    switch (token.kind) {
      case 'field':
        return field(token.text);
      case 'string':
        return () => [token.text];
      case 'number':
        return () => [Number(token.text)];
      case 'variable':
        return this.#variable(token.text);
      case 'name':
        return this.#call(token.text);
      case 'operator':
        return this.#grouped(token.text);
    }
  }

  #variable(name: string): Filter {
    const value = this.#variables.get(name);
    if (value === undefined) throw new JqError(`$${name} is not defined`);
    return () => [value];
  }

  #grouped(operator: string): Filter {
    if (operator === '(') {
      const inner = this.#pipe();
      this.#expect(')');
      return inner;
    }
    if (operator === '[') {
      if (this.#take(']')) return () => [[]];
      const inner = this.#pipe();
      this.#expect(']');
      return (input) => [inner(input)];
    }
    if (operator !== '.') throw new JqError(`unexpected ${operator}`);
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'string') return (input) => [input];
    this.#at++;
    return field(token.text);
  }

  #call(name: string): Filter {
    if (name === 'del') return this.#delete();
    if (name === 'select' || name === 'map' || name === 'has') return this.#withArgument(name);
    const simple = functions[name];
    if (simple === undefined) throw new JqError(`${name} is not modelled`);
    return simple;
  }

  #withArgument(name: string): Filter {
    this.#expect('(');
    const argument = this.#pipe();
    this.#expect(')');
    if (name === 'select')
      return (input) => argument(input).flatMap((holds) => (isTrue(holds) ? [input] : []));
    if (name === 'map') return (input) => [each(input).flatMap(argument)];
    return (input) =>
      argument(input).map((key) => typeof key === 'string' && isObject(input) && Object.hasOwn(input, key));
  }

  /** `del(.a.b, .c)`: paths of fields only. */
  #delete(): Filter {
    this.#expect('(');
    const paths: Path[] = [];
    do {
      const path: string[] = [];
      for (let token = this.#tokens[this.#at]; token?.kind === 'field'; token = this.#tokens[this.#at]) {
        path.push(token.text);
        this.#at++;
      }
      if (path.length === 0) throw new JqError('del of other than fields is not modelled');
      paths.push(path);
    } while (this.#take(','));
    this.#expect(')');
    return (input) => [paths.reduce<Json>((value, path) => without(value, path), input)];
  }
}

const functions: Readonly<Record<string, Filter>> = {
  empty: () => [],
  null: () => [null],
  true: () => [true],
  false: () => [false],
  not: (input) => [!isTrue(input)],
  length: (input) => [
    typeof input === 'string' ? [...input].length : input === null ? 0 : each(input).length,
  ],
  keys: (input) => [isObject(input) ? Object.keys(input).sort() : each(input).map((_, i) => i)],
  type: (input) => [input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input],
  tostring: (input) => [typeof input === 'string' ? input : JSON.stringify(input)],
  tojson: (input) => [JSON.stringify(input)],
  tonumber: (input) => [Number(input)],
  first: (input) => each(input).slice(0, 1),
  last: (input) => each(input).slice(-1),
};

function limited(outputs: Json[]): Json[] {
  if (outputs.length > 10_000) throw new JqError('too many outputs');
  return outputs;
}

function isTrue(value: Json): boolean {
  return value !== null && value !== false;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quietly(work: () => Json[]): Json[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof JqError) return [];
    throw error;
  }
}

function each(value: Json): Json[] {
  if (Array.isArray(value)) return [...value];
  if (isObject(value)) return Object.values(value);
  throw new JqError('cannot iterate');
}

function field(name: string): Filter {
  return (input) => [indexed(input, name)];
}

function indexed(value: Json, key: Json): Json {
  if (value === null) return null;
  if (typeof key === 'string' && isObject(value))
    return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
  if (typeof key === 'number' && Array.isArray(value)) return value.at(key) ?? null;
  throw new JqError('cannot index');
}

function without(value: Json, [first, ...rest]: Path): Json {
  if (first === undefined || !isObject(value) || !Object.hasOwn(value, first)) return value;
  const entries = Object.entries(value);
  if (rest.length === 0) return Object.fromEntries(entries.filter(([key]) => key !== first));
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === first ? without(inner, rest) : inner]),
  );
}

function compare(operator: string, a: Json, b: Json): boolean {
  if (operator === '==' || operator === '!=')
    return (JSON.stringify(a) === JSON.stringify(b)) === (operator === '==');
  if (
    typeof a !== typeof b ||
    (typeof a !== 'number' && typeof a !== 'string') ||
    (typeof b !== 'number' && typeof b !== 'string')
  ) {
    throw new JqError('order of such values is not modelled');
  }
  return { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[operator] ?? false;
}

function compute(operator: string, a: Json, b: Json): Json {
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (operator === '+' && Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (operator === '+' && isObject(a) && isObject(b)) return { ...a, ...b };
  if (typeof a !== 'number' || typeof b !== 'number') throw new JqError('such a sum is not modelled');
  return { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b }[operator] ?? null;
}
