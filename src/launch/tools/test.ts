import { isUnknown } from '../../model/unknown.ts';
import type { Look } from '../files.ts';
import { isEmptyText, type Status, sameText, withNumber } from '../texts.ts';
import type { Call, Tool } from './call.ts';

/** A truth that may be unknown. */
export type Truth = boolean | undefined;

export function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

/** What tests of files need to know. */
export interface TestContext {
  look(path: string): Look;
  lookLink(path: string): Look;
  may(path: string, right: 1 | 2 | 4): Truth;
  /** Whether a descriptor is a terminal: never, in a container started as usual. */
  isVariable?(name: string): Truth;
  isOption?(name: string): Truth;
}

/** An expression that test(1) refuses, with status 2. */
export class TestError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const fileTests = new Set([...'abcdefghkprstuwxLOGSN'].map((letter) => `-${letter}`));

export function isUnary(operator: string): boolean {
  return fileTests.has(operator) || ['-n', '-z', '-v', '-o', '-R'].includes(operator);
}

/** A test of one operand. */
export function unaryTest(operator: string, operand: string, context: TestContext): Truth {
  switch (operator) {
    case '-n':
      return not(isEmptyText(operand));
    case '-z':
      return isEmptyText(operand);
    case '-v':
      return context.isVariable?.(operand);
    case '-o':
      return context.isOption?.(operand);
    case '-t':
      return false;
    case '-r':
      return context.may(operand, 4);
    case '-w':
      return context.may(operand, 2);
    case '-x':
      return context.may(operand, 1);
    case '-h':
    case '-L':
      return fileTest(context.lookLink(operand), (found) => found.type === 'symlink');
    default:
      return fileTest(context.look(operand), (found) => ofFile(operator, found));
  }
}

type FoundFile = Exclude<Look, string>;

function fileTest(look: Look, holds: (found: FoundFile) => Truth): Truth {
  if (look === 'unknown') return undefined;
  return look === 'missing' ? false : holds(look);
}

function ofFile(operator: string, found: FoundFile): Truth {
  switch (operator) {
    case '-f':
      return found.type === 'file';
    case '-d':
      return found.type === 'directory';
    case '-s':
      return found.type === 'directory' || found.size > 0;
    case '-c':
      return found.type === 'other' && found.path.startsWith('/dev/');
    case '-b':
    case '-p':
    case '-S':
      return found.type === 'other' ? undefined : false;
    case '-u':
      return (found.mode & 0o4000) !== 0;
    case '-g':
      return (found.mode & 0o2000) !== 0;
    case '-k':
      return (found.mode & 0o1000) !== 0;
    case '-N':
    case '-O':
    case '-G':
      return undefined;
    default:
      return true;
  }
}

const numeric: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
};

export function isNumeric(operator: string): boolean {
  return operator in numeric;
}

/** Compares two numbers. */
export function numericTest(operator: string, a: Truth | bigint, b: Truth | bigint): Truth {
  const compare = numeric[operator];
  return typeof a === 'bigint' && typeof b === 'bigint' ? compare?.(a, b) : undefined;
}

/** `-nt`, `-ot`, `-ef`: times are not known; the same file is. */
export function fileComparison(operator: string, a: string, b: string, context: TestContext): Truth {
  const [left, right] = [context.look(a), context.look(b)];
  if (left === 'unknown' || right === 'unknown') return undefined;
  if (operator === '-ef') {
    return left !== 'missing' && right !== 'missing' && left.path === right.path;
  }
  if (left === 'missing' || right === 'missing') {
    return operator === '-nt' ? left !== 'missing' : right !== 'missing';
  }
  return left.path === right.path ? false : undefined;
}

const binaryOperators = new Set(['=', '==', '!=', '<', '>', '-nt', '-ot', '-ef', ...Object.keys(numeric)]);

/** Evaluates the arguments of test(1), without the closing bracket, by POSIX's rules on their number. */
export function evaluateTest(
  args: readonly string[],
  context: TestContext,
  options: { double: boolean },
): Truth {
  const parser = new TestParser(args, context, options.double);
  switch (args.length) {
    case 0:
      return false;
    case 1:
      return not(isEmptyText(args[0] as string));
    case 2:
      return parser.two(args[0] as string, args[1] as string);
    case 3:
      return parser.three(args);
    default:
      return parser.whole();
  }
}

class TestParser {
  readonly #args: readonly string[];
  readonly #context: TestContext;
  readonly #double: boolean;
  #at = 0;

  constructor(args: readonly string[], context: TestContext, double: boolean) {
    this.#args = args;
    this.#context = context;
    this.#double = double;
  }

  two(first: string, second: string): Truth {
    if (first === '!') return isEmptyText(second);
    if (isUnary(first)) return unaryTest(first, second, this.#context);
    throw new TestError(`${first}: unary operator expected`);
  }

  three(args: readonly string[]): Truth {
    const [a = '', operator = '', b = ''] = args;
    if (this.#isBinary(operator)) return this.#binary(operator, a, b);
    if (operator === '-a' || operator === '-o') return this.whole();
    if (a === '!') return not(this.two(operator, b));
    if (a === '(' && b === ')') return not(isEmptyText(operator));
    throw new TestError(`${operator}: binary operator expected`);
  }

  whole(): Truth {
    const truth = this.#or();
    if (this.#at < this.#args.length) throw new TestError('too many arguments');
    return truth;
  }

  #isBinary(operator: string): boolean {
    return binaryOperators.has(operator) && (operator !== '==' || this.#double);
  }

  #or(): Truth {
    const left = this.#and();
    if (this.#args[this.#at] !== '-o') return left;
    this.#at++;
    const right = this.#or();
    return left === true || right === true ? true : left === false && right === false ? false : undefined;
  }

  #and(): Truth {
    const left = this.#not();
    if (this.#args[this.#at] !== '-a') return left;
    this.#at++;
    const right = this.#and();
    return left === false || right === false ? false : left === true && right === true ? true : undefined;
  }

  #not(): Truth {
    if (this.#args[this.#at] !== '!') return this.#primary();
    this.#at++;
    return not(this.#not());
  }

  #primary(): Truth {
    const [a, operator, b] = this.#args.slice(this.#at, this.#at + 3);
    if (a === undefined) throw new TestError('argument expected');
    if (operator !== undefined && b !== undefined && this.#isBinary(operator)) {
      this.#at += 3;
      return this.#binary(operator, a, b);
    }
    if (a === '(') {
      this.#at++;
      const truth = this.#or();
      if (this.#args[this.#at++] !== ')') throw new TestError("missing `)'");
      return truth;
    }
    if (isUnary(a) && operator !== undefined) {
      this.#at += 2;
      return unaryTest(a, operator, this.#context);
    }
    this.#at++;
    return not(isEmptyText(a));
  }

  #binary(operator: string, a: string, b: string): Truth {
    if (operator === '=' || operator === '==') return sameText(a, b);
    if (operator === '!=') return not(sameText(a, b));
    if (operator === '<' || operator === '>') {
      if (isUnknown(a) || isUnknown(b)) return undefined;
      return operator === '<' ? a < b : a > b;
    }
    if (isNumeric(operator)) return numericTest(operator, testNumber(a), testNumber(b));
    return fileComparison(operator, a, b, this.#context);
  }
}

function testNumber(given: string): bigint | undefined {
  const text = withNumber(given);
  if (isUnknown(text)) return undefined;
  if (!/^\s*[+-]?\d{1,40}\s*$/.test(text)) throw new TestError(`${text}: integer expression expected`);
  return BigInt(text.trim().replace(/^\+/, ''));
}

/** How test(1) as a program sees files. */
function contextOf(call: Call): TestContext {
  return {
    look: (path) => call.files.look(call.path(path)),
    lookLink: (path) => call.files.lookLink(call.path(path)),
    may: (path, right) => call.files.may(call.path(path), call.process.user, right),
  };
}

export const test: Tool = (call) =>
  runTest(call.name, call.args, contextOf(call), (message) => call.fail(message, 2));

/** test(1) and `[`: status 0, 1, or 2 for a wrong expression. */
export function runTest(
  name: string,
  args: readonly string[],
  context: TestContext,
  fail: (message: string) => Status,
  options = { double: true },
): Status {
  const isBracket = name.endsWith('[');
  if (isBracket && args.at(-1) !== ']') return fail("missing `]'");
  try {
    const truth = evaluateTest(isBracket ? args.slice(0, -1) : args, context, options);
    return truth === undefined ? undefined : truth ? 0 : 1;
  } catch (error) {
    if (error instanceof TestError) return fail(error.message);
    throw error;
  }
}
