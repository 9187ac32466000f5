import { unknownText } from '../texts.ts';

/** Arithmetic of the shell on 64-bit integers (POSIX 2.6.4 and bash's ARITHMETIC EVALUATION). */

/** How an expression reaches variables. A variable's text is itself an expression. */
export interface ArithmeticVariables {
  read(name: string, index: string | undefined): string;
  write(name: string, index: string | undefined, value: string): void;
}

/** Undefined: an unknown value took part. */
export type Value = bigint | undefined;

export class ArithmeticError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

interface Token {
  kind: 'number' | 'name' | 'operator' | 'unknown';
  text: string;
  /** The text between `[` and `]` behind a name. */
  index?: string;
}

const tokenPattern =
  /\s+|((?:\d+#|0[xX])?\u{E000}[^\u{E001}]*\u{E001}\w*)|(\d+#[\w@]+|0[xX][\da-fA-F]+|\d+)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|[-+*/%&^|]=|[-+*/%<>=!~&^|?:,()[\]])/uy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (let at = 0; at < text.length; ) {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(text);
    if (match === null)
      throw new ArithmeticError(`syntax error near ${JSON.stringify(text.slice(at, at + 10))}`);
    at = tokenPattern.lastIndex;
    const [, unknown, number, name, operator] = match;
    if (unknown !== undefined) tokens.push({ kind: 'unknown', text: unknown });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
    else if (name !== undefined) {
      const close = text[at] === '[' ? closing(text, at) : -1;
      tokens.push(
        close < 0
          ? { kind: 'name', text: name }
          : { kind: 'name', text: name, index: text.slice(at + 1, close) },
      );
      if (close >= 0) at = close + 1;
    }
  }
  return tokens;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '[') depth++;
    else if (text[i] === ']' && --depth === 0) return i;
  }
  return -1;
}

const binary: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|=']);
const deepest = 60;

/** Evaluates an expression. Throws `ArithmeticError` on a wrong one. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables, depth = 0): Value {
  if (depth > deepest) throw new ArithmeticError('expression recursion level exceeded');
  const tokens = tokenize(text.replace(/"/g, ''));
  if (tokens.length === 0) return 0n;
  const parser = new Parser(tokens, variables, depth);
  const value = parser.comma();
  if (!parser.atEnd)
    throw new ArithmeticError(`syntax error in expression ${JSON.stringify(text.slice(0, 60))}`);
  return value;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #variables: ArithmeticVariables;
  readonly #depth: number;
  #at = 0;
  #nested = 0;
  /** Above 0 in a part whose value is not used: assignments there do nothing. */
  #unused = 0;

  constructor(tokens: readonly Token[], variables: ArithmeticVariables, depth: number) {
    this.#tokens = tokens;
    this.#variables = variables;
    this.#depth = depth;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  comma(): Value {
    if (++this.#nested > deepest) throw new ArithmeticError('expression too deep');
    let value = this.#assignment();
    while (this.#take(',')) value = this.#assignment();
    this.#nested--;
    return value;
  }

  #take(...operators: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'operator' || !operators.includes(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  #assignment(): Value {
    const target = this.#tokens[this.#at];
    const operator = this.#tokens[this.#at + 1];
    if (target?.kind === 'name' && operator?.kind === 'operator' && assignments.has(operator.text)) {
      this.#at += 2;
      const right = this.#assignment();
      const plain = operator.text === '=';
      return this.#write(
        target,
        plain ? right : apply(operator.text.slice(0, -1), this.#read(target), right),
      );
    }
    return this.#ternary();
  }

  #ternary(): Value {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    const yes = this.#maybe(test !== undefined && test !== 0n, () => this.comma());
    if (!this.#take(':')) throw new ArithmeticError("`:' expected for conditional expression");
    const no = this.#maybe(test === 0n, () => this.#assignment());
    if (test === undefined) return undefined;
    return test !== 0n ? yes : no;
  }

  #maybe(used: boolean, part: () => Value): Value {
    if (!used) this.#unused++;
    const value = part();
    if (!used) this.#unused--;
    return value;
  }

  #binary(level: number): Value {
    const operators = binary[level];
    if (operators === undefined) return this.#power();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#take(...operators);
      if (operator === undefined) return left;
      const decided =
        operator === '&&' ? left === 0n : operator === '||' && left !== undefined && left !== 0n;
      const right = this.#maybe(!decided, () => this.#binary(level + 1));
      left = this.#unused > 0 && right === 0n && /[/%]/.test(operator) ? 0n : apply(operator, left, right);
    }
  }

  #power(): Value {
    const base = this.#unary();
    return this.#take('**') ? apply('**', base, this.#power()) : base;
  }

  #unary(): Value {
    const operator = this.#take('!', '~', '-', '+', '++', '--');
    if (operator === undefined) return this.#primary();
    if (++this.#nested > deepest * 4) throw new ArithmeticError('expression too deep');
    const target = this.#tokens[this.#at];
    if ((operator === '++' || operator === '--') && target?.kind === 'name') {
      this.#at++;
      return this.#write(target, apply(operator[0] as string, this.#read(target), 1n));
    }
    const value = this.#unary();
    if (value === undefined) return undefined;
    if (operator === '!') return value === 0n ? 1n : 0n;
    if (operator === '~') return ~value;
    return operator === '-' ? BigInt.asIntN(64, -value) : value;
  }

  #primary(): Value {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new ArithmeticError('syntax error: operand expected');
    if (token.kind === 'unknown') return undefined;
    if (token.kind === 'number') return numberValue(token.text);
    if (token.kind === 'operator') {
      if (token.text !== '(') throw new ArithmeticError('syntax error: operand expected');
      const value = this.comma();
      if (!this.#take(')')) throw new ArithmeticError("missing `)'");
      return value;
    }
    const value = this.#read(token);
    const operator = this.#take('++', '--');
    if (operator) this.#write(token, apply(operator[0] as string, value, 1n));
    return value;
  }

  #read({ text, index }: Token): Value {
    return evaluateArithmetic(this.#variables.read(text, index), this.#variables, this.#depth + 1);
  }

  #write({ text, index }: Token, value: Value): Value {
    if (this.#unused === 0)
      this.#variables.write(text, index, value === undefined ? unknownText('arithmetic') : String(value));
    return value;
  }
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';

function numberValue(text: string): bigint {
  const based = /^(\d+)#(.*)$/.exec(text);
  if (based) {
    const base = Number(based[1]);
    if (base < 2 || base > 64) throw new ArithmeticError('invalid arithmetic base');
    const lower = base <= 36 ? (based[2] as string).toLowerCase() : (based[2] as string);
    let value = 0n;
    for (const char of lower.slice(0, 80)) {
      const digit = digits.indexOf(char);
      if (digit < 0 || digit >= base) throw new ArithmeticError('value too great for base');
      value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit));
    }
    return value;
  }
  if (text.length > 80) throw new ArithmeticError('number too long');
  if (/^0[xX]/.test(text)) return BigInt.asIntN(64, BigInt(text));
  if (/^0\d/.test(text)) {
    if (/[89]/.test(text)) throw new ArithmeticError(`${text}: value too great for base`);
    return BigInt.asIntN(64, BigInt(`0o${text.slice(1)}`));
  }
  return BigInt.asIntN(64, BigInt(text));
}

function apply(operator: string, left: Value, right: Value): Value {
  if (operator === '&&' && (left === 0n || right === 0n)) return 0n;
  if (operator === '||' && ((left !== undefined && left !== 0n) || (right !== undefined && right !== 0n)))
    return 1n;
  if (left === undefined || right === undefined) return undefined;
  return BigInt.asIntN(64, compute(operator, left, right));
}

function compute(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
    case '%':
      if (right === 0n) throw new ArithmeticError('division by 0');
      return operator === '/' ? left / right : left % right;
    case '**':
      return power(left, right);
    case '<<':
      return left << (right & 63n);
    case '>>':
      return left >> (right & 63n);
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    default:
      return compare(operator, left, right) ? 1n : 0n;
  }
}

function compare(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '&&':
      return left !== 0n && right !== 0n;
    default:
      return left !== 0n || right !== 0n;
  }
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new ArithmeticError('exponent less than 0');
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}
