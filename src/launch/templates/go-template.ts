import { isUnknown } from '../../model/unknown.ts';
import { unknownText } from '../texts.ts';
import { builtIns } from './functions.ts';
import { type Node, type Operand, type Pipe, parseGoTemplate } from './go-parse.ts';
import {
  isTruthy,
  Steps,
  TemplateError,
  type TemplateFunction,
  templateLimits,
  Unknowable,
  type Value,
} from './value.ts';

export interface GoOptions {
  functions: Readonly<Record<string, TemplateFunction>>;
  delimiters?: readonly [string, string] | undefined;
  /** What a key that is not there comes to. */
  missing?: 'nothing' | 'error';
}

/** Renders a template of Go's text/template. What can't be known is unknown at its place. Throws TemplateError. */
export function renderGoTemplate(template: string, dot: Value, options: GoOptions): string {
  const { nodes, named } = parseGoTemplate(template, options.delimiters);
  return new GoRenderer(named, options, dot).render(nodes);
}

class Jump {
  readonly kind: 'break' | 'continue';

  constructor(kind: 'break' | 'continue') {
    this.kind = kind;
  }
}

class GoRenderer {
  readonly #named: ReadonlyMap<string, readonly Node[]>;
  readonly #options: GoOptions;
  readonly #steps = new Steps();
  #scopes: Map<string, Value>[];
  #out = '';

  constructor(named: ReadonlyMap<string, readonly Node[]>, options: GoOptions, dot: Value) {
    this.#named = named;
    this.#options = options;
    this.#scopes = [new Map([['$', dot]])];
  }

  render(nodes: readonly Node[]): string {
    this.#list(nodes, this.#scopes[0]?.get('$'));
    return this.#out;
  }

  #write(text: string): void {
    this.#out += text;
    if (this.#out.length > templateLimits.characters) throw new TemplateError('it writes too much');
  }

  #list(nodes: readonly Node[], dot: Value): void {
    this.#steps.nested(() => {
      for (const node of nodes) this.#node(node, dot);
    });
  }

  #node(node: Node, dot: Value): void {
    this.#steps.spend();
    if (node.kind === 'text') {
      this.#write(node.text);
      return;
    }
    if (node.kind === 'jump') throw new Jump(node.to);
    try {
      this.#active(node, dot);
    } catch (error) {
      if (!(error instanceof Unknowable)) throw error;
      // Variables that it would set are unknown from here on.
      const why = unknownText(`{{${node.source}}}: ${error.reason}`);
      if (node.kind !== 'action' || node.pipe.variables.length === 0) this.#write(why);
      else for (const name of node.pipe.variables) this.#set(name, why, node.pipe.isNew);
    }
  }

  #active(node: Exclude<Node, { kind: 'text' | 'jump' }>, dot: Value): void {
    switch (node.kind) {
      case 'action': {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#write(shown(value));
        return;
      }
      case 'if':
      case 'with':
        this.#scoped(() => {
          const value = this.#pipe(node.pipe, dot);
          const goes = isTruthy(value);
          const inner = goes && node.kind === 'with' ? value : dot;
          this.#list(goes ? node.body : node.otherwise, inner);
        });
        return;
      case 'range':
        this.#range(node, dot);
        return;
      case 'template': {
        const body = this.#named.get(node.name);
        if (body === undefined) throw new TemplateError(`no template ${node.name}`);
        const inner = node.pipe === undefined ? undefined : this.#pipe(node.pipe, dot);
        const outer = this.#scopes;
        this.#scopes = [new Map([['$', inner]])];
        this.#list(body, inner);
        this.#scopes = outer;
      }
    }
  }

  #scoped(work: () => void): void {
    this.#scopes.push(new Map());
    try {
      work();
    } finally {
      this.#scopes.pop();
    }
  }

  #range(node: Extract<Node, { body: readonly Node[] }>, dot: Value): void {
    const value = this.#pipe({ ...node.pipe, variables: [] }, dot);
    const items = itemsOf(value);
    if (items.length === 0) this.#scoped(() => this.#list(node.otherwise, dot));
    const [first, second] = node.pipe.variables;
    for (const [key, item] of items) {
      this.#steps.spend();
      try {
        this.#scoped(() => {
          if (second !== undefined) this.#set(second, item, true);
          if (first !== undefined) this.#set(first, second === undefined ? item : key, true);
          this.#list(node.body, item);
        });
      } catch (jump) {
        if (!(jump instanceof Jump)) throw jump;
        if (jump.kind === 'break') break;
      }
    }
  }

  #set(name: string, value: Value, isNew: boolean): void {
    const scope = isNew ? undefined : this.#scopes.findLast((each) => each.has(name));
    (scope ?? this.#scopes.at(-1))?.set(name, value);
  }

  #pipe(pipe: Pipe, dot: Value): Value {
    return this.#steps.nested(() => {
      let value: Value;
      for (const [index, command] of pipe.commands.entries()) {
        value = this.#command(command, dot, index === 0 ? [] : [value]);
      }
      for (const name of pipe.variables) this.#set(name, value, pipe.isNew);
      return value;
    });
  }

  #command([first, ...rest]: readonly Operand[], dot: Value, more: readonly Value[]): Value {
    this.#steps.spend();
    if (first === undefined) return undefined;
    if (first.kind === 'call') return this.#call(first, rest, dot, more);
    if (rest.length + more.length > 0) throw new TemplateError('can’t give arguments to what is no function');
    return this.#operand(first, dot);
  }

  #call(
    { name, fields }: Extract<Operand, { kind: 'call' }>,
    rest: readonly Operand[],
    dot: Value,
    more: readonly Value[],
  ): Value {
    // What decides stops the others from being looked at.
    const isLast = (value: Value) => (name === 'and' ? !isTruthy(value) : name === 'or' && isTruthy(value));
    const args: Value[] = [];
    for (const operand of rest) {
      const value = this.#operand(operand, dot);
      args.push(value);
      if ((name === 'and' || name === 'or') && isLast(value)) return value;
    }
    args.push(...more);
    const { functions } = this.#options;
    const dotted = [name, ...fields].join('.');
    const found = own(functions, dotted) ?? own(builtIns, dotted);
    if (found) return found(...args);
    const base = own(functions, name) ?? own(builtIns, name);
    if (base === undefined || fields.length === 0) throw new Unknowable(`the function ${dotted}`);
    return this.#fieldsOf(base(...args), fields);
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'dot':
        return this.#fieldsOf(dot, operand.fields);
      case 'variable': {
        const scope = this.#scopes.findLast((each) => each.has(operand.name));
        if (scope === undefined) throw new TemplateError(`undefined variable ${operand.name}`);
        return this.#fieldsOf(scope.get(operand.name), operand.fields);
      }
      case 'call':
        return this.#call(operand, [], dot, []);
      case 'pipe':
        return this.#fieldsOf(this.#pipe(operand.pipe, dot), operand.fields);
    }
  }

  #fieldsOf(value: Value, fields: readonly string[]): Value {
    let found = value;
    for (const field of fields) {
      if (typeof found === 'string' && isUnknown(found)) throw new Unknowable(found);
      if (!(found instanceof Map)) throw new TemplateError(`can’t evaluate field ${field}`);
      if (!found.has(field) && this.#options.missing === 'error')
        throw new TemplateError(`no entry for ${field}`);
      found = found.get(field) as Value;
    }
    return found;
  }
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function itemsOf(value: Value): (readonly [Value, Value])[] {
  if (Array.isArray(value)) return value.map((item: Value, index) => [index, item] as const);
  if (value instanceof Map)
    return [...(value as ReadonlyMap<string, Value>)].sort(([a], [b]) => (a < b ? -1 : 1));
  if (typeof value === 'string' && isUnknown(value)) throw new Unknowable(value);
  if (typeof value === 'number')
    return Array.from({ length: Math.min(value, 10_000) }, (_, i) => [i, i] as const);
  if (value === undefined || value === null) return [];
  throw new TemplateError('can’t go over what is no list');
}

/** A value as it is printed. */
export function shown(value: Value): string {
  if (value === undefined || value === null) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(shown).join(' ')}]`;
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, Value>)].sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([key, item]) => `${key}:${shown(item)}`).join(' ')}]`;
  }
  return String(value);
}
