import type { Budget } from '../../budget.ts';
import { launchLimits } from '../../limits.ts';
import { posixRegex, type Regex } from '../../regex.ts';
import { AwkError } from './lex.ts';
import type { Expression, Rule, Statement } from './parse.ts';

/** A number, or a text; `looksNumeric`: a text from input that is compared as the number it shows. */
export type Value = number | string | { looksNumeric: string };

export interface AwkHost {
  budget: Budget;
  out(text: string): void;
  write(path: string, text: string, append: boolean): void;
  /** printf(3) with these arguments. */
  format(format: string, args: readonly string[]): string;
}

class Jump {
  readonly kind: 'next' | 'exit' | 'break' | 'continue';

  constructor(kind: Jump['kind']) {
    this.kind = kind;
  }
}

/** Runs an awk program over records; gives its exit status. */
export class AwkMachine {
  readonly #rules: readonly Rule[];
  readonly #host: AwkHost;
  readonly #vars = new Map<string, Value>();
  readonly #arrays = new Map<string, Map<string, Value>>();
  readonly #inRange = new Set<Rule>();
  readonly #opened = new Set<string>();
  #fields: string[] = [];
  #record = '';
  #status = 0;

  constructor(
    rules: readonly Rule[],
    host: AwkHost,
    vars: ReadonlyMap<string, string>,
    env: ReadonlyMap<string, string>,
  ) {
    this.#rules = rules;
    this.#host = host;
    const start = {
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      SUBSEP: '\x1c',
      NR: 0,
      FNR: 0,
      NF: 0,
      FILENAME: '',
    };
    for (const [name, value] of Object.entries(start)) this.#vars.set(name, value);
    for (const [name, value] of vars) this.#vars.set(name, { looksNumeric: value });
    this.#arrays.set('ENVIRON', new Map([...env].map(([name, value]) => [name, { looksNumeric: value }])));
  }

  run(inputs: () => Iterable<{ path: string; text: string }>): number {
    const ended = this.#section('BEGIN');
    const reads = this.#rules.some(({ pattern }) => pattern !== 'BEGIN');
    if (!ended && reads) this.#records(inputs());
    else if (!ended) return this.#status;
    if (!ended) this.#section('END');
    return this.#status;
  }

  /** True when `exit` was met. */
  #section(name: 'BEGIN' | 'END'): boolean {
    try {
      for (const rule of this.#rules) if (rule.pattern === name && rule.action) this.#execute(rule.action);
      return false;
    } catch (jump) {
      if (jump instanceof Jump && jump.kind === 'exit') return true;
      throw jump;
    }
  }

  #records(inputs: Iterable<{ path: string; text: string }>): void {
    for (const { path, text } of inputs) {
      this.#vars.set('FILENAME', path);
      this.#vars.set('FNR', 0);
      for (const record of this.#split(text)) {
        this.#host.budget.spend(2 + record.length / 64);
        this.#setRecord(record);
        this.#vars.set('NR', toNumber(this.#variable('NR')) + 1);
        this.#vars.set('FNR', toNumber(this.#variable('FNR')) + 1);
        try {
          this.#applyRules();
        } catch (jump) {
          if (!(jump instanceof Jump)) throw jump;
          if (jump.kind === 'exit') return;
        }
      }
    }
  }

  #split(text: string): string[] {
    const separator = toText(this.#variable('RS'));
    const paragraphs = separator === '';
    const body = paragraphs ? text.replace(/^\n+|\n+$/g, '') : text;
    const records = paragraphs ? body.split(/\n\n+/) : body.split(separator.length === 1 ? separator : '\n');
    if (records.at(-1) === '') records.pop();
    return records;
  }

  #applyRules(): void {
    for (const rule of this.#rules) {
      if (rule.pattern === 'BEGIN' || rule.pattern === 'END' || !this.#selects(rule)) continue;
      if (rule.action) this.#execute(rule.action);
      else this.#host.out(this.#record + toText(this.#variable('ORS')));
    }
  }

  #selects(rule: Rule): boolean {
    const { pattern, to } = rule;
    if (pattern === undefined || typeof pattern === 'string') return true;
    if (to === undefined) return isTrue(this.#evaluate(pattern));
    if (!this.#inRange.has(rule) && !isTrue(this.#evaluate(pattern))) return false;
    if (isTrue(this.#evaluate(to))) this.#inRange.delete(rule);
    else this.#inRange.add(rule);
    return true;
  }

  #setRecord(record: string): void {
    this.#record = record;
    this.#fields = this.#splitFields(record, toText(this.#variable('FS')));
    this.#vars.set('NF', this.#fields.length);
  }

  #splitFields(text: string, separator: string): string[] {
    if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/[ \t\n]+/);
    if (text === '') return [];
    if (separator.length === 1 && separator !== '\\') return text.split(separator);
    const regex = this.#regex(separator);
    const parts: string[] = [];
    let from = 0;
    for (
      let found = regex.find(text, from);
      found && found.end > found.start;
      found = regex.find(text, from)
    ) {
      parts.push(text.slice(from, found.start));
      from = found.end;
    }
    return [...parts, text.slice(from)];
  }

  #regex(source: string): Regex {
    const regex = posixRegex('extended', source);
    if (regex === undefined) throw new AwkError(`regular expression not supported: ${source}`);
    return regex;
  }

  #execute(statement: Statement): void {
    this.#host.budget.spend();
    switch (statement.kind) {
      case 'block':
        for (const each of statement.body) this.#execute(each);
        return;
      case 'expression':
        this.#evaluate(statement.value);
        return;
      case 'print':
        this.#print(statement);
        return;
      case 'if': {
        const branch = isTrue(this.#evaluate(statement.test)) ? statement.yes : statement.no;
        if (branch) this.#execute(branch);
        return;
      }
      case 'while':
        if (statement.after && !this.#turn(statement.body)) return;
        while (isTrue(this.#evaluate(statement.test)) && this.#turn(statement.body));
        return;
      case 'for':
        if (statement.init) this.#execute(statement.init);
        while (
          (statement.test === undefined || isTrue(this.#evaluate(statement.test))) &&
          this.#turn(statement.body)
        ) {
          if (statement.update) this.#execute(statement.update);
        }
        return;
      case 'for-in':
        for (const key of [...this.#array(statement.array).keys()]) {
          this.#vars.set(statement.variable, { looksNumeric: key });
          if (!this.#turn(statement.body)) return;
        }
        return;
      case 'delete':
        if (statement.keys) this.#array(statement.name).delete(this.#key(statement.keys));
        else this.#array(statement.name).clear();
        return;
      case 'exit':
        if (statement.status) this.#status = toNumber(this.#evaluate(statement.status)) & 255;
        throw new Jump('exit');
      default:
        throw new Jump(statement.kind);
    }
  }

  /** One turn of a loop; false after `break`. */
  #turn(body: Statement): boolean {
    try {
      this.#execute(body);
    } catch (jump) {
      if (!(jump instanceof Jump) || (jump.kind !== 'break' && jump.kind !== 'continue')) throw jump;
      return jump.kind === 'continue';
    }
    return true;
  }

  #print({ formatted, args, file, append }: Extract<Statement, { kind: 'print' }>): void {
    const values = args.map((arg) => toText(this.#evaluate(arg)));
    const text = formatted
      ? this.#host.format(values[0] ?? '', values.slice(1))
      : (values.length === 0 ? this.#record : values.join(toText(this.#variable('OFS')))) +
        toText(this.#variable('ORS'));
    if (file === undefined) {
      this.#host.out(text);
      return;
    }
    const path = toText(this.#evaluate(file));
    this.#host.write(path, text, append || this.#opened.has(path));
    this.#opened.add(path);
  }

  #array(name: string): Map<string, Value> {
    let array = this.#arrays.get(name);
    if (array === undefined) {
      array = new Map();
      this.#arrays.set(name, array);
    }
    if (array.size > launchLimits.words) throw new AwkError('an array has too many elements');
    return array;
  }

  #key(keys: readonly Expression[]): string {
    return keys.map((key) => toText(this.#evaluate(key))).join(toText(this.#variable('SUBSEP')));
  }

  #variable(name: string): Value {
    return this.#vars.get(name) ?? { looksNumeric: '' };
  }

  #evaluate(expression: Expression): Value {
    this.#host.budget.spend(0.5);
    switch (expression.kind) {
      case 'number':
      case 'string':
        return expression.value;
      case 'regex':
        return this.#regex(expression.source).find(this.#record) ? 1 : 0;
      case 'variable':
        return this.#variable(expression.name);
      case 'field':
        return this.#field(toNumber(this.#evaluate(expression.index)));
      case 'element': {
        const array = this.#array(expression.name);
        const key = this.#key(expression.keys);
        if (!array.has(key)) array.set(key, { looksNumeric: '' });
        return array.get(key) ?? '';
      }
      case 'in':
        return this.#array(expression.name).has(this.#key(expression.keys)) ? 1 : 0;
      case 'unary':
        return this.#unary(expression.operator, this.#evaluate(expression.operand));
      case 'binary':
        return this.#binary(expression);
      case 'match': {
        const text = toText(this.#evaluate(expression.left));
        const found = this.#pattern(expression.right).find(text) !== undefined;
        return found !== expression.negated ? 1 : 0;
      }
      case 'conditional':
        return this.#evaluate(isTrue(this.#evaluate(expression.test)) ? expression.yes : expression.no);
      case 'assign': {
        const right = this.#evaluate(expression.value);
        const value =
          expression.operator === ''
            ? right
            : compute(expression.operator, this.#evaluate(expression.target), right);
        this.#assign(expression.target, value);
        return value;
      }
      case 'step': {
        const before = toNumber(this.#evaluate(expression.target));
        this.#assign(expression.target, before + expression.by);
        return expression.prefix ? before + expression.by : before;
      }
      case 'call':
        return this.#call(expression.name, expression.args);
    }
  }

  #field(index: number): Value {
    return { looksNumeric: index === 0 ? this.#record : (this.#fields[index - 1] ?? '') };
  }

  #unary(operator: string, value: Value): Value {
    if (operator === '!') return isTrue(value) ? 0 : 1;
    return operator === '-' ? -toNumber(value) : toNumber(value);
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>): Value {
    if (operator === '&&') return isTrue(this.#evaluate(left)) && isTrue(this.#evaluate(right)) ? 1 : 0;
    if (operator === '||') return isTrue(this.#evaluate(left)) || isTrue(this.#evaluate(right)) ? 1 : 0;
    const [a, b] = [this.#evaluate(left), this.#evaluate(right)];
    if (operator === '') return limited(toText(a) + toText(b));
    return /[<>=]/.test(operator) ? compare(operator, a, b) : compute(operator, a, b);
  }

  #pattern(expression: Expression): Regex {
    return this.#regex(expression.kind === 'regex' ? expression.source : toText(this.#evaluate(expression)));
  }

  #assign(target: Expression, value: Value): void {
    if (target.kind === 'element') {
      this.#array(target.name).set(this.#key(target.keys), value);
    } else if (target.kind === 'field') {
      this.#assignField(toNumber(this.#evaluate(target.index)), toText(value));
    } else if (target.kind === 'variable') {
      this.#vars.set(target.name, value);
      if (target.name === 'NF') this.#assignField(toNumber(value), undefined);
    }
  }

  #assignField(index: number, text: string | undefined): void {
    if (index < 0 || index > launchLimits.words) throw new AwkError('no such field');
    if (index === 0 && text !== undefined) {
      this.#setRecord(text);
      return;
    }
    if (text === undefined) this.#fields = Array.from({ length: index }, (_, i) => this.#fields[i] ?? '');
    else
      this.#fields = Array.from({ length: Math.max(index, this.#fields.length) }, (_, i) =>
        i === index - 1 ? text : (this.#fields[i] ?? ''),
      );
    this.#record = this.#fields.join(toText(this.#variable('OFS')));
    this.#vars.set('NF', this.#fields.length);
  }

  #call(name: string, args: readonly Expression[]): Value {
    if (name === 'sub' || name === 'gsub') return this.#substitute(args, name === 'gsub');
    if (name === 'split') return this.#splitInto(args);
    if (name === 'match') return this.#find(args);
    if (name === 'length' && args[0]?.kind === 'variable' && this.#arrays.has(args[0].name))
      return this.#array(args[0].name).size;
    const values = args.map((arg) => this.#evaluate(arg));
    const [first = { looksNumeric: this.#record }, second = '', third] = values;
    const text = toText(first);
    switch (name) {
      case 'length':
        return [...text].length;
      case 'tolower':
        return text.toLowerCase();
      case 'toupper':
        return text.toUpperCase();
      case 'index':
        return text.indexOf(toText(second)) + 1;
      case 'int':
        return Math.trunc(toNumber(first));
      case 'sprintf':
        return this.#host.format(text, values.slice(1).map(toText));
      case 'substr': {
        const start = Math.round(toNumber(second));
        const end = third === undefined ? text.length + 1 : start + Math.round(toNumber(third));
        return text.slice(Math.max(0, start - 1), Math.max(0, end - 1));
      }
      default:
        throw new AwkError(`${name} is not modelled`);
    }
  }

  #substitute(
    [
      pattern,
      replacement,
      target = { kind: 'field', index: { kind: 'number', value: 0 } },
    ]: readonly Expression[],
    global: boolean,
  ): Value {
    if (pattern === undefined || replacement === undefined) throw new AwkError('too few arguments');
    const regex = this.#pattern(pattern);
    const to = toText(this.#evaluate(replacement));
    const text = toText(this.#evaluate(target));
    let out = '';
    let from = 0;
    let count = 0;
    for (let at = 0; at <= text.length; ) {
      const found = regex.find(text, at);
      if (found === undefined) break;
      this.#host.budget.spend();
      out +=
        text.slice(from, found.start) +
        to.replace(/\\(.)|&/g, (whole, escaped) => (whole === '&' ? (found.groups[0] ?? '') : escaped));
      from = found.end;
      at = found.end > found.start ? found.end : found.end + 1;
      count++;
      if (!global) break;
    }
    if (count > 0) this.#assign(target, limited(out + text.slice(from)));
    return count;
  }

  #splitInto([source, into, separator]: readonly Expression[]): Value {
    if (source === undefined || into?.kind !== 'variable') throw new AwkError('split needs an array');
    const text = toText(this.#evaluate(source));
    const by =
      separator === undefined
        ? toText(this.#variable('FS'))
        : separator.kind === 'regex'
          ? separator.source
          : toText(this.#evaluate(separator));
    const parts = by === '' ? [...text] : this.#splitFields(text, by);
    const array = this.#array(into.name);
    array.clear();
    for (const [index, part] of parts.entries()) array.set(String(index + 1), { looksNumeric: part });
    return parts.length;
  }

  #find([source, pattern]: readonly Expression[]): Value {
    if (source === undefined || pattern === undefined) throw new AwkError('too few arguments');
    const found = this.#pattern(pattern).find(toText(this.#evaluate(source)));
    this.#vars.set('RSTART', found ? found.start + 1 : 0);
    this.#vars.set('RLENGTH', found ? found.end - found.start : -1);
    return found ? found.start + 1 : 0;
  }
}

function limited(text: string): string {
  if (text.length > launchLimits.text) throw new AwkError('a text is too long');
  return text;
}

function toText(value: Value): string {
  if (typeof value === 'object') return value.looksNumeric;
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? value.toFixed(0) : String(Number(value.toPrecision(6)));
}

function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  const text = typeof value === 'object' ? value.looksNumeric : value;
  return Number(/^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(text)?.[1] ?? 0);
}

function isNumeric(value: Value): boolean {
  if (typeof value === 'number') return true;
  return (
    typeof value === 'object' &&
    (value.looksNumeric === '' || /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value.looksNumeric))
  );
}

function isTrue(value: Value): boolean {
  if (typeof value === 'object' && value.looksNumeric !== '' && isNumeric(value))
    return toNumber(value) !== 0;
  return typeof value === 'number' ? value !== 0 : toText(value) !== '';
}

function compare(operator: string, a: Value, b: Value): number {
  const numeric = isNumeric(a) && isNumeric(b);
  const [left, right] = numeric ? [toNumber(a), toNumber(b)] : [toText(a), toText(b)];
  const order = left < right ? -1 : left > right ? 1 : 0;
  const holds = {
    '<': order < 0,
    '<=': order <= 0,
    '==': order === 0,
    '!=': order !== 0,
    '>=': order >= 0,
    '>': order > 0,
  }[operator];
  return holds ? 1 : 0;
}

function compute(operator: string, a: Value, b: Value): number {
  const [left, right] = [toNumber(a), toNumber(b)];
  if ((operator === '/' || operator === '%') && right === 0) throw new AwkError('division by zero');
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    default:
      return left ** right;
  }
}
