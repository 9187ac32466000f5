import { depthLimit, keyLimit, type PlainBlock, type PlainEntry } from './plain-block.ts';
import { type PlainScalar, readScalarInBrackets } from './plain-scalar.ts';

/**
 * Reads `[…]` or `{…}` at an offset, over several lines where those are indented by more than `indent`. `null`: it has
 * something that only the library knows.
 */
export function readBrackets(text: string, pos: number, indent: number): PlainBlock | null {
  return new BracketReader(text, pos, indent).block(0);
}

/** Blanks and comments; a comment begins behind a blank or a line's end. */
const gap = /(?:(?: |\r?\n)+(?:#[^\n]*)?)*/y;
const isBlank = /[ \r\n,\]}]/;

class BracketReader {
  readonly #text: string;
  readonly #indent: number;
  #pos: number;

  constructor(text: string, pos: number, indent: number) {
    this.#text = text;
    this.#pos = pos;
    this.#indent = indent;
  }

  block(depth: number): PlainBlock | null {
    const start = this.#pos;
    const isMap = this.#text[start] === '{';
    const close = isMap ? '}' : ']';
    const block: PlainBlock = { kind: isMap ? 'map' : 'items', indent: -1, entries: [] };
    this.#pos++;
    if (depth >= depthLimit || !this.#skip()) return null;
    while (this.#text[this.#pos] !== close) {
      const entry = isMap ? this.#pair(depth) : this.#item(depth);
      if (!entry || !this.#skip()) return null;
      block.entries.push(entry);
      if (this.#text[this.#pos] === close) break;
      if (this.#text[this.#pos] !== ',') return null;
      this.#pos++;
      if (!this.#skip()) return null;
    }
    block.span = { start, end: ++this.#pos };
    return block;
  }

  #item(depth: number): PlainEntry | null {
    const start = this.#pos;
    const value = this.#value(depth);
    return value && { name: '-', start, nameEnd: start, value };
  }

  #pair(depth: number): PlainEntry | null {
    const text = this.#text;
    const key = readScalarInBrackets(text, this.#pos);
    if (!key || key.end - key.start > keyLimit) return null;
    const entry: PlainEntry = { name: key.text, start: key.start, nameEnd: key.end, value: undefined };
    this.#pos = key.end;
    // Behind a key in quotes, as in JSON, nothing has to follow the colon.
    const isKey = /["']/.test(text[key.start] ?? '') || isBlank.test(text[key.end + 1] ?? '');
    if (text[this.#pos] !== ':' || !isKey) return null;
    this.#pos++;
    if (!this.#skip()) return null;
    if (/[,}]/.test(text[this.#pos] ?? '')) return entry;
    const value = this.#value(depth);
    return value && { ...entry, value };
  }

  #value(depth: number): PlainBlock | PlainScalar | null {
    const first = this.#text[this.#pos];
    if (first === '[' || first === '{') return this.block(depth + 1);
    const value = readScalarInBrackets(this.#text, this.#pos);
    if (value) this.#pos = value.end;
    return value;
  }

  /** Goes on to the next word or bracket; false where that stands too far to the left, or nowhere. */
  #skip(): boolean {
    gap.lastIndex = this.#pos;
    const skipped = gap.exec(this.#text)?.[0] ?? '';
    this.#pos += skipped.length;
    const line = skipped.lastIndexOf('\n');
    return this.#pos < this.#text.length && (line < 0 || skipped.length - line - 1 > this.#indent);
  }
}
