import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Draft } from '../draft.ts';

/** Nodes that aliases and merge keys may add to a file: nested aliases grow exponentially. */
const aliasBudget = 10_000;

/** Characters of a key that is a list or mapping itself. */
const keyLength = 100;

type Value = Node | null;

/** Puts a composed document into a draft. */
export class TreeWalk {
  readonly #draft: Draft;
  /** The latest node of each anchor so far. */
  readonly #anchors = new Map<string, Node>();
  #aliasDepth = 0;
  #aliasNodes = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  root(value: Value): void {
    const node = this.#resolve(value);
    if (isMap(node)) this.#pairs(node, new Set());
    else if (isSeq(node)) this.#items(node);
    else if (isScalar(node) && node.value !== null) {
      const [start, end] = rangeOf(node);
      this.#draft.add({ name: '', args: [textOf(node)], start, end, form: 'root-scalar' });
    }
  }

  #value(name: string, start: number, nameEnd: number, given: Value): void {
    if (this.#aliasDepth > 0 && !this.#spend(1, start, nameEnd)) return;
    const value = this.#resolve(given);
    const isEmpty = argsOf(value).length === 0 && !isMap(value) && !isSeq(value);
    const end = isEmpty ? nameEnd : Math.max(nameEnd, rangeOf(given)[1]);
    if (isMap(value)) this.#block(name, start, nameEnd, given, 'map', () => this.#pairs(value, new Set()));
    else if (!isSeq(value)) this.#draft.add({ name, args: argsOf(value), start, end, form: formOf(value) });
    else if (value.items.every((item) => this.#isScalarItem(item))) {
      if (isAlias(given) && !this.#spend(value.items.length, start, end)) return;
      const args = value.items.map((item) => textOf(this.#resolve(isNode(item) ? item : null)));
      // The range of a list by indentation may go on to the next line.
      const last = value.items.at(-1);
      const listEnd = isAlias(given) || value.flow || !isNode(last) ? end : rangeOf(last)[1];
      this.#draft.add({ name, args, start, end: listEnd, form: 'list' });
    } else this.#block(name, start, nameEnd, given, 'list', () => this.#items(value));
  }

  #block(name: string, start: number, end: number, given: Value, form: string, walk: () => void): void {
    this.#draft.open({ name, args: [], start, end, form });
    if (this.#draft.block?.children) {
      const viaAlias = isAlias(given) ? 1 : 0;
      this.#aliasDepth += viaAlias;
      walk();
      this.#aliasDepth -= viaAlias;
    }
    this.#draft.close();
  }

  #items(list: YAMLSeq): void {
    for (const item of list.items) {
      const value = isNode(item) ? item : null;
      const start = value ? rangeOf(value)[0] : rangeOf(list)[0];
      this.#value('-', start, start, value);
    }
  }

  /** Merged pairs come last, as far as their keys are not there yet. */
  #pairs(map: YAMLMap, seen: Set<string>): void {
    const merges: Pair[] = [];
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) merges.push(pair);
      else this.#pair(pair, seen);
    }
    for (const pair of merges) this.#merge(isNode(pair.value) ? pair.value : null, seen);
  }

  #pair(pair: Pair, seen: Set<string>, isMerged = false): void {
    const key = this.#resolve(isNode(pair.key) ? pair.key : null);
    const value = isNode(pair.value) ? pair.value : null;
    const [start, end] = rangeOf(isNode(pair.key) ? pair.key : value);
    const name = isScalar(key)
      ? textOf(key)
      : this.#draft.text.slice(start, Math.min(end, start + keyLength));
    if (seen.has(name)) {
      if (isMerged) return;
      this.#draft.report(start, end, `duplicate key "${name}"`);
    }
    if (isScalar(key)) seen.add(name);
    this.#value(name, start, end, value);
  }

  #merge(value: Value, seen: Set<string>): void {
    const source = this.#resolve(value);
    if (!this.#spend(1, ...rangeOf(value))) return;
    if (isMap(source)) {
      this.#aliasDepth++;
      for (const pair of source.items) {
        if (isMergeKey(pair.key)) this.#mergeNested(pair, seen);
        else this.#pair(pair, seen, true);
      }
      this.#aliasDepth--;
    } else if (isSeq(source)) {
      for (const item of source.items) if (isAlias(item) || isMap(item)) this.#merge(item, seen);
    }
  }

  /** A merged mapping may merge others in turn; the depth of it is bounded by the budget alone. */
  #mergeNested(pair: Pair, seen: Set<string>): void {
    if (this.#aliasDepth < 20 && isNode(pair.value)) this.#merge(pair.value, seen);
  }

  #resolve(value: Value): Value {
    if (isAlias(value)) {
      const target = this.#anchors.get(value.source);
      if (target) return target;
      const [start, end] = rangeOf(value);
      this.#draft.report(start, end, `no anchor "${value.source}" before this alias`);
      return null;
    }
    if ((isScalar(value) || isMap(value) || isSeq(value)) && value.anchor)
      this.#anchors.set(value.anchor, value);
    return value;
  }

  #isScalarItem(item: unknown): boolean {
    return isScalar(isAlias(item) ? this.#anchors.get(item.source) : item);
  }

  /** Whether aliases may stand for so many nodes more. */
  #spend(nodes: number, start: number, end: number): boolean {
    const before = this.#aliasNodes;
    this.#aliasNodes += nodes;
    if (this.#aliasNodes <= aliasBudget) return true;
    if (before <= aliasBudget) {
      const message = `aliases stand for more than ${aliasBudget} nodes: the rest is not read`;
      this.#draft.report(start, end, message, false);
    }
    return false;
  }
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

function rangeOf(node: Value): [start: number, end: number] {
  return node?.range ? [node.range[0], node.range[1]] : [0, 0];
}

function textOf(node: unknown): string {
  if (!isScalar(node)) return '';
  return node.source ?? (node.value === null ? '' : String(node.value));
}

function argsOf(value: Value): string[] {
  const text = textOf(value);
  return text === '' && formOf(value) === 'null' ? [] : [text];
}

function formOf(value: Value): string {
  if (!isScalar(value) || value.value === null) return 'null';
  const type = typeof value.value;
  return type === 'number' || type === 'boolean' ? type : type === 'bigint' ? 'number' : 'string';
}
