import { eachLine } from '../characters.ts';
import { depthLimit, keyLimit, type PlainBlock, type PlainEntry } from './plain-block.ts';
import { readBrackets } from './plain-brackets.ts';
import { readLiteral } from './plain-literal.ts';
import { type PlainScalar, readQuoted, readScalar } from './plain-scalar.ts';

const marks = /([ ]*)(?:-([ ]+)(?=[^ #\r\n]))?/y;
const bareKey = /([A-Za-z_][A-Za-z0-9_./-]*):(?=[ \r\n]|$)/y;
const empty = /[ ]*(?:#[^\n]*)?\r?(?:\n|$)/y;
/** Blanks, a comment behind some, and the line's end. */
const rest = /[ ]*(?:(?<=[ ])#[^\n]*)?\r?(?:\n|$)/y;
const documentStart = /---[ ]*\r?(?:\n|$)/y;
/** Outside these the library has its own ideas: line separators, byte order marks, controls. */
const strange = /[^\t\r\n\x20-\x7e\u{a0}-\u{2027}\u{202a}-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}]/u;

/**
 * Reads the YAML that most config files are written in: mappings and lists, by indentation or in brackets, with values
 * of one line or literal text, without anchors and tags. It is ten times as fast as the library, whose result it must
 * equal; undefined for any text that has something else in it.
 */
export function readPlainYaml(text: string): PlainBlock | undefined {
  if (strange.test(text)) return undefined;
  const reader = new PlainReader(text);
  let isPlain = true;
  eachLine(text, 0, (start) => {
    const next = behind(empty, text, start) ?? reader.line(start);
    if (next === undefined) isPlain = false;
    return next ?? text.length;
  });
  return isPlain ? reader.root : undefined;
}

interface Key {
  name: string;
  start: number;
  end: number;
}

/** A value with where the next line begins. */
interface ReadValue {
  value: PlainEntry['value'];
  next: number;
}

class PlainReader {
  readonly #text: string;
  readonly #open: PlainBlock[] = [];
  /** An entry whose value may follow on deeper lines, and the indentation it has itself. */
  #pending: { entry: PlainEntry; indent: number } | undefined;
  #hasStarted = false;
  root: PlainBlock | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the next line begins; undefined where this one could not be read. */
  line(start: number): number | undefined {
    const next = this.#hasStarted ? undefined : behind(documentStart, this.#text, start);
    this.#hasStarted = true;
    if (next !== undefined) return next;
    marks.lastIndex = start;
    const [matched = '', blanks = '', gap] = marks.exec(this.#text) ?? [];
    const pos = start + matched.length;
    const indent = blanks.length;
    const key = this.#keyAt(pos);
    if (gap === undefined && key === undefined) return this.root ? undefined : this.#brackets(pos);
    const column = pos - start;
    const read = this.#valueAt(key ? key.end + 1 : pos, key === undefined ? indent : column);
    if (!read) return undefined;
    if (gap !== undefined && !this.#addItem(indent, key === undefined ? read.value : undefined))
      return undefined;
    return key === undefined || this.#addKey(key, column, read.value) ? read.next : undefined;
  }

  /** The whole document in brackets. */
  #brackets(pos: number): number | undefined {
    const block = /[[{]/.test(this.#text[pos] ?? '') ? readBrackets(this.#text, pos, -1) : null;
    const next = block?.span && behind(rest, this.#text, block.span.end);
    if (block && next !== undefined) this.root = block;
    return next;
  }

  #keyAt(pos: number): Key | undefined {
    bareKey.lastIndex = pos;
    const name = bareKey.exec(this.#text)?.[1];
    if (name !== undefined)
      return name.length > keyLimit ? undefined : { name, start: pos, end: pos + name.length };
    const quoted = /["']/.test(this.#text[pos] ?? '') ? readQuoted(this.#text, pos) : null;
    const isKey =
      quoted && this.#text[quoted.end] === ':' && /^[ \r\n]?$/.test(this.#text[quoted.end + 1] ?? '');
    return quoted && isKey && quoted.end - pos <= keyLimit
      ? { name: quoted.text, start: pos, end: quoted.end }
      : undefined;
  }

  /** The value behind a key, or at `from` that of an item without one. */
  #valueAt(from: number, indent: number): ReadValue | undefined {
    const text = this.#text;
    let pos = from;
    const nothing = behind(rest, text, pos);
    if (nothing !== undefined) return { value: undefined, next: nothing };
    while (text[pos] === ' ') pos++;
    const first = text[pos] ?? '';
    const value =
      first === '|'
        ? readLiteral(text, pos, indent)
        : first === '[' || first === '{'
          ? readBrackets(text, pos, indent)
          : readScalar(text, pos);
    if (!value) return undefined;
    const end = spanOf(value).end;
    const next = first === '|' ? end : behind(rest, text, end);
    return next === undefined ? undefined : { value, next };
  }

  #addItem(indent: number, value: PlainEntry['value']): boolean {
    const block = this.#blockAt('items', indent);
    if (!block) return false;
    const start = value ? spanOf(value).start : 0;
    const item: PlainEntry = { name: '-', start, nameEnd: start, value };
    block.entries.push(item);
    this.#pending = value === undefined ? { entry: item, indent } : undefined;
    return true;
  }

  #addKey({ name, start, end }: Key, column: number, value: PlainEntry['value']): boolean {
    const block = this.#blockAt('map', column);
    if (!block) return false;
    const added: PlainEntry = { name, start, nameEnd: end, value };
    if (this.#pending?.entry.name === '-') this.#pending.entry.start = this.#pending.entry.nameEnd = start;
    block.entries.push(added);
    this.#pending = value === undefined ? { entry: added, indent: column } : undefined;
    return true;
  }

  /** The block that an entry at this column belongs to: one that is open, or a new one below the pending entry. */
  #blockAt(kind: PlainBlock['kind'], column: number): PlainBlock | undefined {
    const pending = this.#pending;
    const isBelow =
      pending &&
      (column > pending.indent ||
        (kind === 'items' && column === pending.indent && pending.entry.name !== '-'));
    if (isBelow || !this.root) return this.#openBlock(kind, column);
    while (this.#open.length > 0) {
      const top = this.#open.at(-1);
      if (top && top.indent === column && top.kind === kind) return top;
      if (!top || top.indent < column || (top.indent === column && top.kind === 'map')) return undefined;
      this.#open.pop();
    }
    return undefined;
  }

  #openBlock(kind: PlainBlock['kind'], indent: number): PlainBlock | undefined {
    if (this.#open.length >= depthLimit) return undefined;
    const block: PlainBlock = { kind, indent, entries: [] };
    if (this.#pending) this.#pending.entry.value = block;
    else this.root = block;
    this.#open.push(block);
    return block;
  }
}

/** Where a value on one line, or in brackets, stands. */
function spanOf(value: PlainBlock | PlainScalar): { start: number; end: number } {
  if (value.kind === 'scalar') return value;
  return value.span ?? { start: 0, end: 0 };
}

/** Where what matches at an offset ends; undefined where it does not match. */
function behind(pattern: RegExp, text: string, pos: number): number | undefined {
  pattern.lastIndex = pos;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
