import { AwkError, type Token, tokenize } from './lex.ts';

export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'regex'; source: string }
  | { kind: 'variable'; name: string }
  | { kind: 'field'; index: Expression }
  | { kind: 'element'; name: string; keys: readonly Expression[] }
  | { kind: 'in'; keys: readonly Expression[]; name: string }
  | { kind: 'unary'; operator: string; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'match'; left: Expression; right: Expression; negated: boolean }
  | { kind: 'conditional'; test: Expression; yes: Expression; no: Expression }
  | { kind: 'assign'; operator: string; target: Expression; value: Expression }
  | { kind: 'step'; target: Expression; by: 1 | -1; prefix: boolean }
  | { kind: 'call'; name: string; args: readonly Expression[] };

export type Statement =
  | { kind: 'block'; body: readonly Statement[] }
  | { kind: 'expression'; value: Expression }
  | {
      kind: 'print';
      formatted: boolean;
      args: readonly Expression[];
      file: Expression | undefined;
      append: boolean;
    }
  | { kind: 'if'; test: Expression; yes: Statement; no: Statement | undefined }
  | { kind: 'while'; test: Expression; body: Statement; after: boolean }
  | {
      kind: 'for';
      init: Statement | undefined;
      test: Expression | undefined;
      update: Statement | undefined;
      body: Statement;
    }
  | { kind: 'for-in'; variable: string; array: string; body: Statement }
  | { kind: 'delete'; name: string; keys: readonly Expression[] | undefined }
  | { kind: 'exit'; status: Expression | undefined }
  | { kind: 'next' | 'break' | 'continue' };

export interface Rule {
  pattern: Expression | 'BEGIN' | 'END' | undefined;
  /** Set for `from, to`. */
  to: Expression | undefined;
  /** Undefined: the record is printed. */
  action: Statement | undefined;
}

export function parseAwk(text: string): Rule[] {
  return new Parser(tokenize(text)).program();
}

const deepest = 200;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  /** `>` is a redirection inside print, and `in` belongs to `for`. */
  #noGreater = false;
  #noIn = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  program(): Rule[] {
    const rules: Rule[] = [];
    for (this.#skip(); this.#at < this.#tokens.length; this.#skip()) rules.push(this.#rule());
    return rules;
  }

  #rule(): Rule {
    const isSpecial = this.#is('keyword', 'BEGIN') || this.#is('keyword', 'END');
    let pattern: Rule['pattern'];
    let to: Expression | undefined;
    if (isSpecial) pattern = (this.#tokens[this.#at++] as Token).text as 'BEGIN';
    else if (!this.#is('operator', '{')) {
      pattern = this.#expression();
      if (this.#take(',')) {
        this.#newlines();
        to = this.#expression();
      }
    }
    const action = this.#is('operator', '{') ? this.#block() : undefined;
    return { pattern, to, action };
  }

  get #token(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #is(kind: Token['kind'], text: string): boolean {
    return this.#token?.kind === kind && this.#token.text === text;
  }

  #take(...operators: string[]): string | undefined {
    const token = this.#token;
    if (token?.kind !== 'operator' || !operators.includes(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  #keyword(text: string): boolean {
    const found = this.#is('keyword', text);
    if (found) this.#at++;
    return found;
  }

  #expect(operator: string): void {
    if (!this.#take(operator)) throw new AwkError(`expected ${operator}`);
  }

  #newlines(): void {
    while (this.#token?.kind === 'newline') this.#at++;
  }

  #skip(): void {
    while (this.#token?.kind === 'newline' || this.#is('operator', ';')) this.#at++;
  }

  #nested<T>(work: () => T): T {
    if (++this.#depth > deepest) throw new AwkError('nested too deeply');
    const result = work();
    this.#depth--;
    return result;
  }

  #block(): Statement {
    return this.#nested(() => {
      this.#expect('{');
      const body: Statement[] = [];
      for (this.#skip(); !this.#take('}'); this.#skip()) {
        if (this.#token === undefined) throw new AwkError('missing }');
        body.push(this.#statement());
      }
      return { kind: 'block', body };
    });
  }

  #statement(): Statement {
    if (this.#is('operator', '{')) return this.#block();
    if (this.#take(';')) return { kind: 'block', body: [] };
    if (this.#keyword('if')) return this.#if();
    if (this.#keyword('while')) return this.#while();
    if (this.#keyword('do')) return this.#do();
    if (this.#keyword('for')) return this.#for();
    const statement = this.#simple();
    if (this.#token?.kind === 'newline') this.#at++;
    else if (!this.#take(';') && this.#token !== undefined && !this.#is('operator', '}'))
      throw new AwkError(`unexpected ${this.#token.text}`);
    return statement;
  }

  #body(): Statement {
    this.#newlines();
    return this.#nested(() => this.#statement());
  }

  #if(): Statement {
    const test = this.#condition();
    const yes = this.#body();
    const before = this.#at;
    this.#skip();
    if (this.#keyword('else')) return { kind: 'if', test, yes, no: this.#body() };
    this.#at = before;
    return { kind: 'if', test, yes, no: undefined };
  }

  #condition(): Expression {
    this.#expect('(');
    const test = this.#expression();
    this.#expect(')');
    return test;
  }

  #while(): Statement {
    const test = this.#condition();
    return { kind: 'while', test, body: this.#body(), after: false };
  }

  #do(): Statement {
    const body = this.#body();
    this.#skip();
    if (!this.#keyword('while')) throw new AwkError('expected while');
    return { kind: 'while', test: this.#condition(), body, after: true };
  }

  #for(): Statement {
    this.#expect('(');
    const [name, word, array] = this.#tokens.slice(this.#at, this.#at + 3);
    const isIn = name?.kind === 'name' && word?.text === 'in' && array?.kind === 'name';
    if (isIn && this.#tokens[this.#at + 3]?.text === ')') {
      this.#at += 4;
      return { kind: 'for-in', variable: name.text, array: array.text, body: this.#body() };
    }
    const init = this.#is('operator', ';') ? undefined : this.#simple();
    this.#expect(';');
    const test = this.#is('operator', ';') ? undefined : this.#expression();
    this.#expect(';');
    const update = this.#is('operator', ')') ? undefined : this.#simple();
    this.#expect(')');
    return { kind: 'for', init, test, update, body: this.#body() };
  }

  #simple(): Statement {
    if (this.#keyword('print')) return this.#print(false);
    if (this.#keyword('printf')) return this.#print(true);
    if (this.#keyword('next')) return { kind: 'next' };
    if (this.#keyword('break')) return { kind: 'break' };
    if (this.#keyword('continue')) return { kind: 'continue' };
    if (this.#keyword('exit')) return { kind: 'exit', status: this.#ends() ? undefined : this.#expression() };
    if (this.#keyword('delete')) return this.#delete();
    return { kind: 'expression', value: this.#expression() };
  }

  #ends(): boolean {
    const token = this.#token;
    return (
      token === undefined ||
      token.kind === 'newline' ||
      (token.kind === 'operator' && /^[;})>]$|^>>$/.test(token.text))
    );
  }

  #delete(): Statement {
    const name = this.#token;
    if (name?.kind !== 'name') throw new AwkError('expected an array');
    this.#at++;
    if (!this.#take('[')) return { kind: 'delete', name: name.text, keys: undefined };
    const keys = this.#list(']');
    return { kind: 'delete', name: name.text, keys };
  }

  #print(formatted: boolean): Statement {
    const args: Expression[] = [];
    this.#noGreater = true;
    // Parentheses around all arguments are part of print, not of an expression.
    const close = this.#is('operator', '(') ? this.#closing() : -1;
    if (close >= 0 && this.#endsAt(close + 1)) {
      this.#at++;
      this.#noGreater = false;
      args.push(...this.#list(')'));
    } else if (!this.#ends()) {
      do {
        this.#newlines();
        args.push(this.#expression());
      } while (this.#take(','));
    }
    this.#noGreater = true;
    const redirect = this.#take('>', '>>', '|');
    if (redirect === '|') throw new AwkError('pipes are not modelled');
    const file = redirect ? this.#concatenation() : undefined;
    this.#noGreater = false;
    return { kind: 'print', formatted, args, file, append: redirect === '>>' };
  }

  #closing(): number {
    let depth = 0;
    for (let i = this.#at; i < this.#tokens.length; i++) {
      const token = this.#tokens[i] as Token;
      if (token.kind !== 'operator') continue;
      if (token.text === '(') depth++;
      else if (token.text === ')' && --depth === 0) return i;
    }
    return -1;
  }

  #endsAt(index: number): boolean {
    const token = this.#tokens[index];
    return (
      token === undefined ||
      token.kind === 'newline' ||
      (token.kind === 'operator' && /^[;}>|]$|^>>$/.test(token.text))
    );
  }

  /** Expressions up to a closing bracket, which is taken. */
  #list(close: string): Expression[] {
    const items: Expression[] = [];
    if (this.#take(close)) return items;
    const [greater, inside] = [this.#noGreater, this.#noIn];
    this.#noGreater = false;
    this.#noIn = false;
    do {
      this.#newlines();
      items.push(this.#expression());
      this.#newlines();
    } while (this.#take(','));
    this.#expect(close);
    this.#noGreater = greater;
    this.#noIn = inside;
    return items;
  }

  #expression(): Expression {
    return this.#nested(() => this.#assignment());
  }

  #assignment(): Expression {
    const target = this.#conditional();
    const operator = this.#take('=', '+=', '-=', '*=', '/=', '%=', '^=', '**=');
    if (operator === undefined) return target;
    if (!/^(variable|field|element)$/.test(target.kind)) throw new AwkError('assignment to a value');
    this.#newlines();
    return { kind: 'assign', operator: operator.slice(0, -1), target, value: this.#assignment() };
  }

  #conditional(): Expression {
    const test = this.#or();
    if (!this.#take('?')) return test;
    this.#newlines();
    const yes = this.#assignment();
    this.#newlines();
    this.#expect(':');
    this.#newlines();
    return { kind: 'conditional', test, yes, no: this.#assignment() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take('||')) {
      this.#newlines();
      left = { kind: 'binary', operator: '||', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#in();
    while (this.#take('&&')) {
      this.#newlines();
      left = { kind: 'binary', operator: '&&', left, right: this.#in() };
    }
    return left;
  }

  #in(): Expression {
    let left = this.#match();
    while (!this.#noIn && this.#keyword('in')) {
      const name = this.#token;
      if (name?.kind !== 'name') throw new AwkError('expected an array');
      this.#at++;
      left = { kind: 'in', keys: [left], name: name.text };
    }
    return left;
  }

  #match(): Expression {
    let left = this.#comparison();
    for (let operator = this.#take('~', '!~'); operator; operator = this.#take('~', '!~')) {
      left = { kind: 'match', left, right: this.#comparison(), negated: operator === '!~' };
    }
    return left;
  }

  #comparison(): Expression {
    const left = this.#concatenation();
    const operators = ['<', '<=', '==', '!=', '>=', ...(this.#noGreater ? [] : ['>'])];
    const operator = this.#take(...operators);
    return operator ? { kind: 'binary', operator, left, right: this.#concatenation() } : left;
  }

  #concatenation(): Expression {
    let left = this.#sum();
    while (this.#startsValue()) left = { kind: 'binary', operator: '', left, right: this.#sum() };
    return left;
  }

  #startsValue(): boolean {
    const token = this.#token;
    if (token === undefined || token.kind === 'newline' || token.kind === 'keyword') return false;
    if (token.kind === 'operator') return /^(\$|!|\(|-|\+|\+\+|--)$/.test(token.text);
    return token.kind !== 'regex';
  }

  #sum(): Expression {
    let left = this.#product();
    for (let operator = this.#take('+', '-'); operator; operator = this.#take('+', '-')) {
      left = { kind: 'binary', operator, left, right: this.#product() };
    }
    return left;
  }

  #product(): Expression {
    let left = this.#unary();
    for (let operator = this.#take('*', '/', '%'); operator; operator = this.#take('*', '/', '%')) {
      left = { kind: 'binary', operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    const operator = this.#take('!', '-', '+');
    if (operator === undefined) return this.#power();
    return this.#nested(() => ({ kind: 'unary', operator, operand: this.#unary() }));
  }

  #power(): Expression {
    const base = this.#postfix();
    return this.#take('^', '**') ? { kind: 'binary', operator: '^', left: base, right: this.#unary() } : base;
  }

  #postfix(): Expression {
    const prefix = this.#take('++', '--');
    if (prefix) return { kind: 'step', target: this.#primary(), by: prefix === '++' ? 1 : -1, prefix: true };
    const target = this.#primary();
    const isTarget = /^(variable|field|element)$/.test(target.kind);
    const step = isTarget ? this.#take('++', '--') : undefined;
    return step ? { kind: 'step', target, by: step === '++' ? 1 : -1, prefix: false } : target;
  }

  #primary(): Expression {
    const token = this.#token;
    if (token === undefined) throw new AwkError('unexpected end');
    this.#at++;
    switch (token.kind) {
      case 'number':
        return { kind: 'number', value: Number(token.text) };
      case 'string':
        return { kind: 'string', value: token.text };
      case 'regex':
        return { kind: 'regex', source: token.text };
      case 'function':
        return this.#call(token.text);
      case 'name':
        return this.#take('[')
          ? { kind: 'element', name: token.text, keys: this.#list(']') }
          : { kind: 'variable', name: token.text };
      default:
        return this.#operatorPrimary(token);
    }
  }

  #call(name: string): Expression {
    const args = this.#take('(') ? this.#list(')') : [];
    return { kind: 'call', name, args };
  }

  #operatorPrimary(token: Token): Expression {
    if (token.text === '$') return { kind: 'field', index: this.#nested(() => this.#postfixOfField()) };
    if (token.text !== '(') throw new AwkError(`unexpected ${token.text}`);
    const items = this.#list(')');
    if (items.length === 1) return items[0] as Expression;
    if (!this.#keyword('in') || this.#token?.kind !== 'name') throw new AwkError('unexpected list');
    const name = (this.#tokens[this.#at++] as Token).text;
    return { kind: 'in', keys: items, name };
  }

  /** What follows `$`: `$i++` steps the field, `$++i` the variable. */
  #postfixOfField(): Expression {
    const prefix = this.#take('++', '--');
    if (prefix) return { kind: 'step', target: this.#primary(), by: prefix === '++' ? 1 : -1, prefix: true };
    if (this.#take('-')) return { kind: 'unary', operator: '-', operand: this.#primary() };
    return this.#primary();
  }
}
