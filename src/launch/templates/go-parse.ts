import { type Piece, piecesOf, type Token, unquoted } from './go-lex.ts';
import { TemplateError, templateLimits } from './value.ts';

export type Operand =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'dot'; fields: readonly string[] }
  | { kind: 'variable'; name: string; fields: readonly string[] }
  | { kind: 'call'; name: string; fields: readonly string[] }
  | { kind: 'pipe'; pipe: Pipe; fields: readonly string[] };

/** Commands one after the other: each is given what the one before came to as its last argument. */
export interface Pipe {
  /** Variables that are set to it; `isNew` with `:=`. */
  variables: readonly string[];
  isNew: boolean;
  commands: readonly (readonly Operand[])[];
}

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'action'; pipe: Pipe; source: string }
  | {
      kind: 'if' | 'with' | 'range';
      pipe: Pipe;
      source: string;
      body: readonly Node[];
      otherwise: readonly Node[];
    }
  | { kind: 'template'; name: string; pipe: Pipe | undefined; source: string }
  | { kind: 'jump'; to: 'break' | 'continue' };

export interface GoTemplate {
  nodes: readonly Node[];
  /** Parts that have a name. */
  named: ReadonlyMap<string, readonly Node[]>;
}

/** Reads a template of Go's text/template. Throws TemplateError. */
export function parseGoTemplate(
  template: string,
  delimiters: readonly [string, string] = ['{{', '}}'],
): GoTemplate {
  const parser = new GoParser(piecesOf(template, delimiters));
  const { nodes, end } = parser.list(0);
  if (end !== undefined) throw new TemplateError(`unexpected ${end}`);
  return { nodes, named: parser.named };
}

class GoParser {
  readonly named = new Map<string, readonly Node[]>();
  readonly #pieces: readonly Piece[];
  #at = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** Nodes up to an `end` or `else`, which is left as the piece before. */
  list(depth: number): { nodes: Node[]; end: 'end' | 'else' | undefined } {
    if (depth > templateLimits.depth) throw new TemplateError('it is nested too deeply');
    const nodes: Node[] = [];
    for (let piece = this.#pieces[this.#at++]; piece !== undefined; piece = this.#pieces[this.#at++]) {
      if ('text' in piece) {
        if (piece.text !== '') nodes.push({ kind: 'text', text: piece.text });
        continue;
      }
      const word = piece.action[0]?.kind === 'name' ? piece.action[0].text : '';
      if (word === 'end' || word === 'else') return { nodes, end: word };
      const node = this.#node(word, piece, depth);
      if (node) nodes.push(node);
    }
    return { nodes, end: undefined };
  }

  #node(
    word: string,
    { action, source }: Extract<Piece, { source: string }>,
    depth: number,
  ): Node | undefined {
    const rest = action.slice(1);
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        return { kind: word, source, pipe: pipeOf(rest), ...this.#block(word, depth) };
      case 'define':
      case 'block': {
        const { body } = this.#block(word, depth);
        const name = String(unquoted(rest[0]?.text ?? ''));
        this.named.set(name, body);
        return word === 'define'
          ? undefined
          : { kind: 'template', name, source, pipe: pipeOf(rest.slice(1)) };
      }
      case 'template': {
        const pipe = rest.length > 1 ? pipeOf(rest.slice(1)) : undefined;
        return { kind: word, name: String(unquoted(rest[0]?.text ?? '')), source, pipe };
      }
      case 'break':
      case 'continue':
        return { kind: 'jump', to: word };
      default:
        return { kind: 'action', source, pipe: pipeOf(action) };
    }
  }

  #block(word: string, depth: number): { body: Node[]; otherwise: Node[] } {
    const { nodes: body, end } = this.list(depth + 1);
    if (end === undefined) throw new TemplateError(`unclosed ${word}`);
    if (end === 'end') return { body, otherwise: [] };
    // `else if` is an `else` with an `if` in it that ends where it does.
    const piece = this.#pieces[this.#at - 1];
    const [, next, ...rest] = piece !== undefined && 'action' in piece ? piece.action : [];
    if (next !== undefined) {
      const kind = next.text === 'with' ? 'with' : 'if';
      const source = piece !== undefined && 'action' in piece ? piece.source : '';
      return { body, otherwise: [{ kind, source, pipe: pipeOf(rest), ...this.#block(word, depth + 1) }] };
    }
    const other = this.list(depth + 1);
    if (other.end !== 'end') throw new TemplateError(`unclosed ${word}`);
    return { body, otherwise: other.nodes };
  }
}

function pipeOf(tokens: readonly Token[]): Pipe {
  const reader = new PipeReader(tokens);
  const pipe = reader.pipe(0);
  if (!reader.isAtEnd) throw new TemplateError('unexpected )');
  return pipe;
}

class PipeReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  #sign(...texts: string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || !texts.includes(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  pipe(depth: number): Pipe {
    if (depth > templateLimits.depth) throw new TemplateError('it is nested too deeply');
    const { variables, isNew } = this.#variables();
    const commands = [this.#command(depth)];
    while (this.#sign('|')) commands.push(this.#command(depth));
    return { variables, isNew, commands };
  }

  /** `$a :=`, `$a, $b :=`, `$a =`. */
  #variables(): { variables: string[]; isNew: boolean } {
    const from = this.#at;
    const variables: string[] = [];
    do {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'variable') break;
      variables.push(token.text);
      this.#at++;
    } while (this.#sign(','));
    const sign = this.#sign(':=', '=');
    if (sign !== undefined) return { variables, isNew: sign === ':=' };
    this.#at = from;
    return { variables: [], isNew: false };
  }

  #command(depth: number): Operand[] {
    const operands: Operand[] = [];
    for (let operand = this.#operand(depth); operand; operand = this.#operand(depth)) operands.push(operand);
    if (operands.length === 0) throw new TemplateError('missing value for command');
    return operands;
  }

  #operand(depth: number): Operand | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || (token.kind === 'sign' && !['(', '.'].includes(token.text))) return undefined;
    this.#at++;
    switch (token.kind) {
      case 'text':
        return { kind: 'literal', value: unquoted(token.text) };
      case 'number':
        return { kind: 'literal', value: Number(token.text) };
      case 'variable':
        return { kind: 'variable', name: token.text, fields: this.#fields() };
      case 'field':
        return { kind: 'dot', fields: [token.text.trim().slice(1), ...this.#fields()] };
      case 'name':
        return this.#name(token.text);
      case 'sign': {
        if (token.text === '.') return { kind: 'dot', fields: [] };
        const pipe = this.pipe(depth + 1);
        if (!this.#sign(')')) throw new TemplateError('unclosed (');
        return { kind: 'pipe', pipe, fields: this.#fields() };
      }
    }
  }

  #name(name: string): Operand {
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'nil') return { kind: 'literal', value: null };
    return { kind: 'call', name, fields: this.#fields() };
  }

  /** `.a.b` right behind a value. */
  #fields(): string[] {
    const fields: string[] = [];
    for (let token = this.#tokens[this.#at]; token?.kind === 'field' && !token.text.startsWith(' '); ) {
      fields.push(token.text.slice(1));
      token = this.#tokens[++this.#at];
    }
    return fields;
  }
}
