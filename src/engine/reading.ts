import { limits } from '../base/limits.ts';
import { isUnknown } from '../model/unknown.ts';
import { evaluate, type Names } from '../pack/expressions.ts';
import type { ReadingRule } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import { Branches } from './branches.ts';
import { Collections } from './collections.ts';
import type { ConfigFiles } from './config-files.ts';
import type { ConfigStore } from './config-store.ts';
import { type Context, reportUnknown } from './context.ts';
import { Includes, type Step, toTexts } from './includes.ts';
import { interpolated } from './interpolation.ts';
import { LineCursor } from './line-cursor.ts';
import { Macros } from './macros.ts';
import { blockNames, nodeNames } from './node-values.ts';
import { placeOf, Refusal, UnknownValue } from './reasons.ts';
import { nested } from './scope.ts';
import { SectionedLines } from './sectioned-lines.ts';
import { VariableLines } from './variables/lines.ts';

/** The tag that opened the block being read. */
interface Until {
  open: ConfigNode;
  isCondition: boolean;
}

/** Where reading stands. */
interface Place {
  cursor: LineCursor;
  /** How many files deep. */
  depth: number;
  isTop: boolean;
  /** The blocks around it, outermost first. */
  parents: readonly ConfigNode[];
  until?: Until;
}

interface ReadingStep extends Step, Place {
  /** The line before variables were replaced in it. */
  line: ConfigNode;
}

/**
 * Goes through config lines in file order and does what the pack's `reading` says of them: reads other files in
 * place, keeps or leaves out conditional blocks, sets variables, uses macros.
 */
export class Reading {
  readonly collections: Collections;
  readonly #context: Context;
  readonly #store: ConfigStore;
  readonly #scope: Names;
  readonly #onProgress: () => void;
  readonly #includes: Includes;
  readonly #rules = new Map<string, ReadingRule[]>();
  readonly #macros = new Macros();
  readonly #files: ConfigFiles;
  readonly #variables: VariableLines | undefined;
  #nodes = 0;
  /** How many unpaired tags are open. */
  #level = 0;
  /** Conditions around the current line of which it can't be known whether they hold. */
  #unknownConditions = 0;

  /** `onProgress` is called whenever what was read before may change the settings. */
  constructor(
    context: Context,
    files: ConfigFiles,
    store: ConfigStore,
    scope: Names,
    onProgress: () => void,
  ) {
    this.#context = context;
    this.#store = store;
    this.#scope = scope;
    this.#onProgress = onProgress;
    this.#files = files;
    this.#includes = new Includes(context, files);
    this.collections = new Collections(context, scope);
    const variables = context.pack.arguments?.variables;
    this.#variables = variables && new VariableLines(variables, scope);
    for (const [name, rules] of Object.entries(context.pack.reading ?? {})) {
      this.#rules.set(store.normal(name), [rules].flat());
    }
  }

  /** The lines that count, in order; the top ones are made known to the store as they come. Throws Refusal. */
  expand(
    nodes: readonly ConfigNode[],
    depth: number,
    isTop: boolean,
    parents: readonly ConfigNode[] = [],
  ): ConfigNode[] {
    const cursor = new LineCursor(nodes, (name) => this.#store.normal(name));
    return this.#readLines({ cursor, depth, isTop, parents });
  }

  #readLines(place: Place): ConfigNode[] {
    const { cursor, until } = place;
    const kept = new SectionedLines();
    const rules = place.isTop ? this.#context.pack.branches : undefined;
    const branches =
      rules && new Branches(rules, this.#scope, (line) => this.#reportCondition(line), this.#context.reach);
    for (let line = cursor.next(); line; line = cursor.next()) {
      if (this.#isFull(line)) return kept.nodes;
      if (until?.isCondition && isClosing(line, until.open)) return kept.nodes;
      const node = this.#named(this.#interpolated(line), place);
      if (node === undefined) continue;
      if (node.flaw !== undefined) throw new Refusal(node.flaw + placeOf(node.at));
      if (node.form === 'close') {
        if (until && !until.isCondition && cursor.closes(node, until.open.name)) return kept.nodes;
        throw new Refusal(`</${node.name}> without matching <${node.name}> section${placeOf(node.at)}`);
      }
      const counts = branches ? branches.take(node) : true;
      if (counts === false) continue;
      const read = () => {
        for (const each of this.#expandOne(node, line, placeIn(kept, node, place))) kept.add(each);
      };
      if (counts) read();
      else this.#possibly(node, read);
    }
    // A condition that holds may stay open at the end of a file.
    if (until && !until.isCondition)
      throw new Refusal(`<${until.open.name}> was not closed${placeOf(until.open.at)}`);
    branches?.finish();
    return kept.nodes;
  }

  /** A line that sets a variable, under the variable's own name. */
  #named(line: ConfigNode | undefined, { isTop }: Place): ConfigNode | undefined {
    return line !== undefined && this.#variables !== undefined && isTop ? this.#variables.read(line) : line;
  }

  #expandOne(read: ConfigNode, line: ConfigNode, place: Place): ConfigNode[] {
    // What its expressions call `node.identity` is the section that its lines will have as a parent.
    let node = read.form === 'heading' ? { ...this.#marked(read), children: [] } : read;
    const rules = this.#rules.get(this.#store.normal(node.name));
    if (!rules) return [this.#keep(node, place)];
    this.#onProgress();
    const around = nested(this.#scope, blockNames(place.parents));
    const names = nested(around, { ...nodeNames(node), file: node.at.path ?? '' });
    let replacement: ConfigNode[] | undefined;
    for (const rule of rules) {
      const step: ReadingStep = { ...place, node, line, names: withLocal(names, rule.let) };
      if (rule.when !== undefined && evaluate(rule.when, step.names) !== true) continue;
      this.#context.reach?.(rule);
      if (rule.refuse !== undefined) throw new Refusal(rule.refuse + placeOf(node.at));
      this.#changeState(rule, step);
      if (rule.rewrite !== undefined) node = { ...node, args: toTexts(evaluate(rule.rewrite, step.names)) };
      const instead = this.#replacement(rule, step);
      if (instead !== undefined) replacement = [...(replacement ?? []), ...instead];
    }
    return replacement ?? [this.#keep(node, place)];
  }

  #keep(line: ConfigNode, { cursor, depth, isTop, parents }: Place): ConfigNode {
    const node = line.form === 'heading' ? line : this.#marked(line);
    if (isTop) this.#store.note(node);
    if (node.form === 'heading') return node;
    const inner = [...parents, node];
    if (node.children) return { ...node, children: this.expand(node.children, depth, false, inner) };
    if (node.form !== 'open') return node;
    const until = { open: node, isCondition: false };
    return { ...node, children: this.#readBlock({ cursor, depth, isTop: false, parents: inner, until }) };
  }

  #marked(line: ConfigNode): ConfigNode {
    return this.#unknownConditions > 0 ? { ...line, possible: true } : line;
  }

  /** The lines up to a closing tag, unless it is nested too deeply. */
  #readBlock(place: Place & { until: Until }): ConfigNode[] {
    const { open } = place.until;
    if (this.#level >= limits.configDepth) {
      const message = `nested deeper than ${limits.configDepth} levels: not read`;
      reportUnknown(this.#context, 'config-limit', message, [open.at]);
      place.cursor.takeBlock(open);
      return [];
    }
    this.#level++;
    try {
      return this.#readLines(place);
    } finally {
      this.#level--;
    }
  }

  #changeState(rule: ReadingRule, { node, names, cursor }: ReadingStep): void {
    if (rule.set !== undefined) {
      const value = rule.to === undefined ? (node.args[1] ?? '') : evaluate(rule.to, names);
      this.collections.setVariable(String(evaluate(rule.set, names)), String(value));
    }
    if (rule.unset !== undefined) {
      for (const name of toTexts(evaluate(rule.unset, names))) this.collections.unsetVariable(name);
    }
    const values = () => evaluate(rule.values ?? 'node.args', names);
    if (rule.add !== undefined) this.collections.add(rule.add, values());
    if (rule.remove !== undefined) this.collections.remove(rule.remove, values());
    if (rule.macro !== undefined) {
      const body = node.form === 'open' ? cursor.takeBody(node) : (node.children ?? []);
      this.#macros.define(String(evaluate(rule.macro, names)), node, body, rule.quoted);
    }
    if (rule.forget !== undefined) this.#macros.remove(String(evaluate(rule.forget, names)), node);
  }

  /** What stands in the node's place; undefined when the rule leaves it there. */
  #replacement(rule: ReadingRule, step: ReadingStep): ConfigNode[] | undefined {
    const { names, depth, isTop, parents } = step;
    if (rule.if !== undefined) return this.#conditional(rule.if, step);
    if (rule.macro !== undefined) return [];
    if (rule.use !== undefined) return this.#use(String(evaluate(rule.use, names)), step);
    if (rule.include === undefined) return undefined;
    return this.#includes.linesOf(rule, step, (nodes) => {
      this.#onProgress();
      return this.expand(nodes, depth + 1, isTop, parents);
    });
  }

  /** The macro's lines come next. */
  #use(name: string, { node, line, cursor }: ReadingStep): ConfigNode[] {
    const body = this.#macros.bodyFor(name, node, line, this.#files.syntaxOf(node.at.path ?? ''));
    this.#nodes += body.length;
    cursor.insert(body);
    return [];
  }

  /** The block's lines, or none of them; where the condition can't be known, its lines are only possible. */
  #conditional(expression: string, step: ReadingStep): ConfigNode[] {
    const { node, depth, isTop, parents, cursor } = step;
    const holds = this.#holds(expression, step);
    if (holds === true && node.form === 'open') {
      return this.#readBlock({ cursor, depth, isTop, parents, until: { open: node, isCondition: true } });
    }
    const lines = node.form === 'open' ? cursor.takeBlock(node) : (node.children ?? []);
    if (holds === false) return [];
    const read = () => this.expand(lines, depth, isTop, parents);
    if (holds) return read();
    this.#reportCondition(node);
    return this.#possibly(node, read) ?? [];
  }

  #reportCondition(node: ConfigNode): void {
    const message = `can't know whether the condition ${node.name} holds: what is inside is only possible`;
    reportUnknown(this.#context, 'unknown-condition', message, [node.at]);
  }

  /** What `read` gives, only possible; undefined where the program would refuse it, if it came to that. */
  #possibly<T>(node: ConfigNode, read: () => T): T | undefined {
    this.#unknownConditions++;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reportUnknown(this.#context, 'config-problem', error.message, [node.at]);
      return undefined;
    } finally {
      this.#unknownConditions--;
    }
  }

  /** Undefined where it can't be known: an argument is unknown, or the expression gives an empty list. */
  #holds(expression: string, { node, names }: Step): boolean | undefined {
    if (node.args.some(isUnknown)) return undefined;
    try {
      const value = evaluate(expression, names);
      const answer = Array.isArray(value) ? value[0] : value;
      return answer === undefined ? undefined : answer === true;
    } catch (error) {
      if (error instanceof UnknownValue) return undefined;
      throw error;
    }
  }

  #interpolated(node: ConfigNode): ConfigNode | undefined {
    const { interpolate } = this.#context.pack;
    const syntax = this.#files.syntaxOf(node.at.path ?? '');
    return interpolated(node, syntax, interpolate, this.collections, this.#scope);
  }

  #isFull(node: ConfigNode): boolean {
    this.#nodes++;
    if (this.#nodes === limits.configNodes + 1) {
      const message = `more than ${limits.configNodes} config lines: the rest is not read`;
      reportUnknown(this.#context, 'config-limit', message, [node.at]);
    }
    return this.#nodes > limits.configNodes;
  }
}

/** The closing tag of a condition must be all that its line has, as written. */
function isClosing({ form, raw }: ConfigNode, { name }: ConfigNode): boolean {
  return form === 'close' && raw?.toLowerCase() === `</${name}>`.toLowerCase();
}

/** Where a line stands behind those that were kept. */
function placeIn({ heading }: SectionedLines, { form }: ConfigNode, place: Place): Place {
  if (!heading || form === 'heading') return place;
  return { ...place, isTop: false, parents: [...place.parents, heading] };
}

function withLocal(names: Names, local: ReadingRule['let']): Names {
  let all = names;
  for (const [name, expression] of Object.entries(local ?? {})) {
    all = nested(all, { [name]: evaluate(expression, all) });
  }
  return all;
}
