import { unknownText } from '../texts.ts';
import { type Expression, parseExpression, type Variables } from './jinja-expression.ts';
import { itemsOf } from './jinja-filters.ts';
import { type Piece, piecesOf } from './jinja-lex.ts';
import { isTruthy, Steps, TemplateError, templateLimits, Unknowable, type Value } from './value.ts';

type Node =
  | { kind: 'text'; text: string }
  | { kind: 'print'; value: Expression; source: string }
  | { kind: 'set'; name: string; value: Expression; source: string }
  | {
      kind: 'if';
      branches: readonly { test: Expression | undefined; body: readonly Node[] }[];
      source: string;
    }
  | {
      kind: 'for';
      names: readonly string[];
      items: Expression;
      body: readonly Node[];
      none: readonly Node[];
      source: string;
    }
  | { kind: 'unknown'; source: string };

export interface JinjaOptions {
  /** A variable that is not there is an error where it is printed. */
  strict?: boolean;
  /** What functions such as `env` and `environ` look into; the variables if not given. */
  environment?: ReadonlyMap<string, Value>;
}

/** Renders a template of Jinja. What can't be known is unknown at its place. Throws TemplateError. */
export function renderJinja(
  template: string,
  variables: ReadonlyMap<string, Value>,
  options: JinjaOptions = {},
): string {
  const { nodes, end } = new JinjaParser(piecesOf(template)).list([]);
  if (end !== undefined) throw new TemplateError(`unexpected ${end.word}`);
  return new JinjaRenderer(variables, options).render(nodes);
}

class JinjaParser {
  readonly #pieces: readonly Piece[];
  #at = 0;
  #depth = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** Nodes up to one of the words that end them. */
  list(ends: readonly string[]): { nodes: Node[]; end: { word: string; rest: string } | undefined } {
    if (++this.#depth > templateLimits.depth) throw new TemplateError('it is nested too deeply');
    const nodes: Node[] = [];
    for (let piece = this.#pieces[this.#at++]; piece !== undefined; piece = this.#pieces[this.#at++]) {
      const { kind, text } = piece;
      if (kind === 'text') nodes.push({ kind, text });
      else if (kind === 'print') nodes.push({ kind, value: parseExpression(text), source: text });
      else {
        const [, word = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(text) ?? [];
        if (ends.includes(word)) {
          this.#depth--;
          return { nodes, end: { word, rest } };
        }
        nodes.push(this.#statement(word, rest, text));
      }
    }
    if (ends.length > 0) throw new TemplateError(`missing ${ends.at(-1)}`);
    this.#depth--;
    return { nodes, end: undefined };
  }

  #statement(word: string, rest: string, source: string): Node {
    if (word === 'if') return this.#if(rest, source);
    if (word === 'for') return this.#for(rest, source);
    const [, name, value] = word === 'set' ? (/^(\w+)\s*=\s*([\s\S]+)$/.exec(rest) ?? []) : [];
    if (name !== undefined && value !== undefined)
      return { kind: 'set', name, value: parseExpression(value), source };
    if (/^(end\w+|else|elif)$/.test(word)) throw new TemplateError(`unexpected ${word}`);
    return { kind: 'unknown', source };
  }

  #if(rest: string, source: string): Node {
    const branches: { test: Expression | undefined; body: readonly Node[] }[] = [];
    let test: Expression | undefined = parseExpression(rest);
    for (;;) {
      const { nodes, end } = this.list(['elif', 'else', 'endif']);
      branches.push({ test, body: nodes });
      if (end === undefined || end.word === 'endif') return { kind: 'if', branches, source };
      test = end.word === 'elif' ? parseExpression(end.rest) : undefined;
    }
  }

  #for(rest: string, source: string): Node {
    const [, names = '', items] = /^([\w\s,]+?)\s+in\s+([\s\S]+)$/.exec(rest) ?? [];
    if (items === undefined) throw new TemplateError('for without in');
    const body = this.list(['else', 'endfor']);
    const none = body.end?.word === 'else' ? this.list(['endfor']).nodes : [];
    const list = names.split(',').map((name) => name.trim());
    return { kind: 'for', names: list, items: parseExpression(items), body: body.nodes, none, source };
  }
}

class JinjaRenderer {
  readonly #steps = new Steps();
  readonly #scopes: Map<string, Value>[];
  readonly #isStrict: boolean;
  #out = '';

  constructor(variables: ReadonlyMap<string, Value>, { strict = false, environment }: JinjaOptions) {
    this.#isStrict = strict;
    this.#scopes = [new Map(environment && [['environ', environment]]), new Map(variables)];
  }

  readonly #variable: Variables = (name) => this.#scopes.findLast((scope) => scope.has(name))?.get(name);

  render(nodes: readonly Node[]): string {
    this.#list(nodes);
    return this.#out;
  }

  #write(text: string): void {
    this.#out += text;
    if (this.#out.length > templateLimits.characters) throw new TemplateError('it writes too much');
  }

  #list(nodes: readonly Node[]): void {
    this.#steps.nested(() => {
      for (const node of nodes) this.#node(node);
    });
  }

  #node(node: Node): void {
    this.#steps.spend();
    try {
      this.#active(node);
    } catch (error) {
      if (!(error instanceof Unknowable) || node.kind === 'text') throw error;
      const why = unknownText(`{{ ${node.source} }}: ${error.reason}`);
      if (node.kind === 'set') this.#scopes.at(-1)?.set(node.name, why);
      else this.#write(why);
    }
  }

  #active(node: Node): void {
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return;
      case 'print':
        this.#print(node);
        return;
      case 'set':
        this.#scopes.at(-1)?.set(node.name, node.value(this.#variable));
        return;
      case 'unknown':
        throw new Unknowable('a statement that is not followed');
      case 'if': {
        const branch = node.branches.find(({ test }) => test === undefined || isTruthy(test(this.#variable)));
        this.#list(branch?.body ?? []);
        return;
      }
      case 'for':
        this.#for(node);
    }
  }

  #print({ value, source }: Extract<Node, { kind: 'print' }>): void {
    const found = value(this.#variable);
    if (found === undefined && this.#isStrict) throw new TemplateError(`${source} is undefined`);
    this.#write(shown(found));
  }

  #for({ names, items, body, none }: Extract<Node, { kind: 'for' }>): void {
    const all = itemsOf(items(this.#variable));
    if (all.length === 0) this.#list(none);
    for (const [index, item] of all.entries()) {
      const values = names.length > 1 && Array.isArray(item) ? item : [item];
      const loop = new Map<string, Value>([
        ['index', index + 1],
        ['index0', index],
        ['first', index === 0],
        ['last', index === all.length - 1],
        ['length', all.length],
      ]);
      this.#scopes.push(
        new Map<string, Value>([
          ['loop', loop],
          ...names.map((name, i) => [name, values[i] as Value] as const),
        ]),
      );
      this.#list(body);
      this.#scopes.pop();
    }
  }
}

function shown(value: Value): string {
  if (value === undefined) return '';
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value))
    return `[${value.map((item) => (typeof item === 'string' ? `'${item}'` : shown(item))).join(', ')}]`;
  return String(value);
}
