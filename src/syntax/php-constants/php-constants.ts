import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { readTokens, type Token } from './token.ts';

/** Tokens of one statement that are kept; longer ones are no settings. */
const statementLimit = 200;

/**
 * The settings of a PHP file: `define('NAME', value)`, `const NAME = value` and `$name = value` (name with its `$`),
 * in the order of the file, wherever they stand: conditions are not judged. Forms: `string`, `number`, `boolean`,
 * `null` for literals, also joined by `.`; `call` for `name('a', 'b')` with literals: its name and arguments;
 * `expression` for anything else, as written. Files that are read in its place are nodes by the name `require`. What stands
 * under a condition has its `raw`: the conditions, then the setting as written.
 */
export const phpConstants = defineSyntax('php-constants', (draft, from) => {
  const statements = new Statements(draft);
  for (const token of readTokens(draft.text, from)) statements.take(token);
  statements.finish();
});

class Statements {
  readonly #draft: Draft;
  #tokens: Token[] = [];
  /** What stands before each block that is open: a condition, a function's name, or nothing. */
  readonly #blocks: string[] = [];

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  take(token: Token): void {
    if (token.kind !== 'punctuation' || ![';', '{', '}'].includes(token.value)) {
      if (this.#tokens.length < statementLimit) this.#tokens.push(token);
      return;
    }
    this.#end();
    if (token.value === '}') this.#blocks.pop();
    if (token.value === '{') this.#blocks.push(textOf(this.#draft, this.#tokens));
    this.#tokens = [];
  }

  finish(): void {
    const last = this.#tokens.at(-1);
    if (last && this.#end()) {
      this.#draft.report(last.start, last.end, 'no ";" behind the last statement', false);
    }
  }

  #end(): boolean {
    return readStatement(this.#draft, this.#tokens, this.#blocks.at(-1) ?? '');
  }
}

function textOf(draft: Draft, tokens: readonly Token[]): string {
  return draft.text.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
}

/** Whether the statement is a setting. `condition` is what stands before the block that it is in. */
function readStatement(draft: Draft, tokens: readonly Token[], condition: string): boolean {
  const at = tokens.findIndex((token, i) => isCalled(token) && tokens[i - 1]?.value !== '>');
  if (at >= 0) {
    const found = tokens.slice(at);
    const conditions = [condition, textOf(draft, tokens.slice(0, at))].filter(
      (text) => text !== '' && text !== '@',
    );
    return isDefine(found[0]) ? readDefine(draft, found, conditions) : readRequire(draft, found, conditions);
  }
  const start = tokens.findIndex((token) => token.kind === 'name' && token.value.toLowerCase() === 'const');
  const [name, equals, ...value] = tokens.slice(start + 1);
  if (!name || equals?.value !== '=' || !value[0] || isOperator(value[0])) return false;
  if (name.kind !== (start >= 0 ? 'name' : 'variable')) return false;
  return addSetting(draft, name.value, name.start, value, condition === '' ? [] : [condition]);
}

function isDefine(token: Token | undefined): boolean {
  return token?.kind === 'name' && /^\\?define$/i.test(token.value);
}

/** Not a method: `->define` has `>` before it. */
function isCalled(token: Token): boolean {
  return isDefine(token) || (token.kind === 'name' && /^(?:require|include)(?:_once)?$/i.test(token.value));
}

/** `==` and `=>` are no assignments. */
function isOperator(token: Token): boolean {
  return token.kind === 'punctuation' && (token.value === '=' || token.value === '>');
}

function readRequire(
  draft: Draft,
  [word, ...rest]: readonly Token[],
  conditions: readonly string[],
): boolean {
  if (!word || rest.length === 0) return false;
  const isWrapped = rest[0]?.value === '(' && rest.at(-1)?.value === ')';
  return addSetting(draft, 'require', word.start, isWrapped ? rest.slice(1, -1) : rest, conditions);
}

function readDefine(draft: Draft, tokens: readonly Token[], conditions: readonly string[]): boolean {
  const [define, open, name, comma, ...rest] = tokens;
  if (!define || open?.value !== '(' || name?.kind !== 'string' || comma?.value !== ',') return false;
  const value: Token[] = [];
  let depth = 0;
  for (const token of rest) {
    if (depth === 0 && (token.value === ')' || token.value === ',') && token.kind === 'punctuation') break;
    if (token.kind === 'punctuation')
      depth += '([{'.includes(token.value) ? 1 : ')]}'.includes(token.value) ? -1 : 0;
    value.push(token);
  }
  return value.length > 0 && addSetting(draft, name.value, define.start, value, conditions);
}

function addSetting(
  draft: Draft,
  name: string,
  start: number,
  value: readonly Token[],
  conditions: readonly string[],
): boolean {
  const end = value.at(-1)?.end ?? start;
  const { args, form } = literalOf(value) ??
    callOf(value) ?? {
      args: [draft.text.slice(value[0]?.start ?? start, end)],
      form: 'expression',
    };
  const raw = [...conditions, draft.text.slice(start, end)].join(' ');
  draft.add({ name, args, start, end, form, ...(conditions.length > 0 && { raw }) });
  return true;
}

interface Value {
  args: string[];
  form: string;
}

function literalOf(tokens: readonly Token[]): Value | undefined {
  const [first, second] = tokens;
  if (!first) return undefined;
  if (tokens.length === 2 && second?.kind === 'number' && (first.value === '-' || first.value === '+')) {
    return { args: [first.value + second.value], form: 'number' };
  }
  if (tokens.length === 1 && first.kind === 'number') return { args: [first.value], form: 'number' };
  if (tokens.length === 1 && first.kind === 'name') {
    if (/^(?:true|false)$/i.test(first.value)) return { args: [first.value], form: 'boolean' };
    return /^null$/i.test(first.value) ? { args: [first.value], form: 'null' } : undefined;
  }
  const isJoined = tokens.every((token, i) => (i % 2 === 0 ? token.kind === 'string' : token.value === '.'));
  if (!isJoined || tokens.length % 2 === 0) return undefined;
  return {
    args: [
      tokens
        .filter((_, i) => i % 2 === 0)
        .map((token) => token.value)
        .join(''),
    ],
    form: 'string',
  };
}

/** `name(literal, literal)`. */
function callOf(tokens: readonly Token[]): Value | undefined {
  const [name, open] = tokens;
  if (name?.kind !== 'name' || open?.value !== '(' || tokens.at(-1)?.value !== ')') return undefined;
  const args: string[] = [name.value];
  let part: Token[] = [];
  for (const token of tokens.slice(2)) {
    const isEnd = token.kind === 'punctuation' && (token.value === ',' || token === tokens.at(-1));
    if (!isEnd) {
      part.push(token);
      continue;
    }
    const literal = literalOf(part);
    if (!literal && part.length > 0) return undefined;
    if (literal) args.push(literal.args[0] ?? '');
    part = [];
  }
  return { args, form: 'call' };
}
