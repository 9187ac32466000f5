import { limits } from '../base/limits.ts';
import type { Evidence } from '../model/evidence.ts';
import { isUnknown, shield, unshield } from '../model/unknown.ts';
import { isSpace, skipSpace } from './characters.ts';
import type { ConfigNode, ParsedConfig, SyntaxProblem } from './tree.ts';

/** What a grammar knows of a node; the draft adds line and evidence. Values may be shielded. */
export interface NewNode {
  name: string;
  args: string[];
  start: number;
  end: number;
  form?: string;
  raw?: string;
  flaw?: string | undefined;
}

/** A block that is open at the moment, whether or not it was too deep to be kept. */
export interface OpenBlock {
  name: string;
  start: number;
  /** Where its nodes go; undefined when they are dropped. */
  children: ConfigNode[] | undefined;
}

const problemLimit = 1_000;
const evidenceLength = 200;

/**
 * A config tree in the making. Grammars say what they found and where; depth, number of nodes and problems,
 * line numbers and evidence are looked after here.
 */
export class Draft {
  /** What grammars read: the inside of unknown values is shielded, offsets are those of the file. */
  readonly text: string;
  readonly #path: string;
  /** Undoes the shielding; most texts have none. */
  readonly #plain: (text: string) => string;
  readonly #isPlain: boolean;
  readonly #roots: ConfigNode[] = [];
  readonly #open: OpenBlock[] = [];
  readonly #problems: SyntaxProblem[] = [];
  readonly #lineStarts: number[] = [0];
  /** The line asked for last, and its text: most questions are about it or the next. */
  #line = 1;
  #lineText = '';
  #lineTextOf = 0;
  #nodes = 0;

  constructor(text: string, path: string) {
    this.text = shield(text);
    this.#isPlain = !isUnknown(text);
    this.#plain = this.#isPlain ? (plain) => plain : unshield;
    this.#path = path;
    for (let i = this.text.indexOf('\n'); i >= 0; i = this.text.indexOf('\n', i + 1)) {
      this.#lineStarts.push(i + 1);
    }
  }

  /** The innermost open block. */
  get block(): OpenBlock | undefined {
    return this.#open.at(-1);
  }

  /** A directive without children. */
  add(node: NewNode): void {
    this.#append(node);
  }

  /** A node whose children are what is added until `close`. */
  open(node: NewNode): void {
    if (this.#open.length === limits.configDepth) {
      this.report(node.start, node.end, `nested deeper than ${limits.configDepth} levels: not read`, false);
    }
    const added = this.#open.length < limits.configDepth ? this.#append(node) : undefined;
    if (added) added.children = [];
    this.#open.push({ name: node.name, start: node.start, children: added?.children });
  }

  close(): OpenBlock | undefined {
    return this.#open.pop();
  }

  /** What goes wrong around an unknown value is not said to be fatal: the real text may be right. */
  report(start: number, end: number, message: string, fatal = true): void {
    if (this.#problems.length > problemLimit) return;
    const span = this.#within(start, end);
    const around = this.text.slice(span[0], Math.min(span[1], start + evidenceLength));
    const last = this.#problems.length === problemLimit;
    this.#problems.push({
      line: this.lineAt(span[0]),
      span,
      message: last ? 'further problems of this file are not listed' : this.#plain(message),
      fatal: fatal && !isUnknown(around),
    });
  }

  result(): ParsedConfig {
    return { nodes: this.#roots, problems: this.#problems };
  }

  /** Line number, from 1. */
  lineAt(offset: number): number {
    if (this.#isInLine(offset, this.#line)) return this.#line;
    if (this.#isInLine(offset, this.#line + 1)) return ++this.#line;
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    this.#line = low + 1;
    return this.#line;
  }

  #isInLine(offset: number, line: number): boolean {
    return (
      offset >= (this.#lineStarts[line - 1] ?? Infinity) && offset < (this.#lineStarts[line] ?? Infinity)
    );
  }

  #append(part: NewNode): ConfigNode | undefined {
    const siblings = this.#open.length === 0 ? this.#roots : this.block?.children;
    if (!siblings) return undefined;
    if (this.#nodes++ >= limits.configNodes) {
      if (this.#nodes === limits.configNodes + 1) {
        this.report(
          part.start,
          part.end,
          `more than ${limits.configNodes} nodes: the rest is not read`,
          false,
        );
      }
      return undefined;
    }
    const node: ConfigNode = {
      name: this.#plain(part.name),
      args: this.#isPlain ? part.args : part.args.map(this.#plain),
      at: this.#evidence(part.start),
      span: this.#within(part.start, part.end),
    };
    if (part.form !== undefined) node.form = part.form;
    if (part.raw !== undefined) node.raw = this.#plain(part.raw);
    if (part.flaw !== undefined) node.flaw = this.#plain(part.flaw);
    siblings.push(node);
    return node;
  }

  #within(start: number, end: number): [start: number, end: number] {
    const first = Math.min(start, this.text.length);
    return [first, Math.max(first, Math.min(end, this.text.length))];
  }

  #evidence(offset: number): Evidence {
    const line = this.lineAt(offset);
    return { kind: 'config', path: this.#path, line, text: this.#textOf(line, offset) };
  }

  /** The line, or of a very long one the part that begins at `offset`. */
  #textOf(line: number, offset: number): string {
    const start = this.#lineStarts[line - 1] as number;
    const end = (this.#lineStarts[line] ?? this.text.length + 1) - 1;
    const isLong = end - start > 4 * evidenceLength && offset - start > evidenceLength / 2;
    if (isLong) return this.#trimmed(offset, end);
    if (this.#lineTextOf !== line) {
      this.#lineText = this.#trimmed(start, end);
      this.#lineTextOf = line;
    }
    return this.#lineText;
  }

  #trimmed(from: number, to: number): string {
    const start = skipSpace(this.text, from, to);
    let end = Math.min(to, start + evidenceLength);
    while (end > start && isSpace(this.text.charCodeAt(end - 1))) end--;
    return closed(this.#plain(this.text.slice(start, end)));
  }
}

/** An unknown value that was cut off ends where the text does. */
function closed(text: string): string {
  return text.lastIndexOf('\u{E000}') > text.lastIndexOf('\u{E001}') ? `${text}\u{E001}` : text;
}
