import { limits } from '../base/limits.ts';
import { isUnknown } from '../model/unknown.ts';
import { evaluate, type Names } from '../pack/expressions.ts';
import { replaceAll } from '../pack/patterns.ts';
import type { ReadingRule } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import { Collections } from './collections.ts';
import type { ConfigFiles } from './config-files.ts';
import type { ConfigStore } from './config-store.ts';
import { type Context, reportUnknown } from './context.ts';
import { Includes, type Step } from './includes.ts';
import { LineCursor } from './line-cursor.ts';
import { Macros } from './macros.ts';
import { nodeNames } from './node-values.ts';
import { placeOf, Refusal, UnknownValue } from './reasons.ts';
import { reworded } from './rewording.ts';
import { nested } from './scope.ts';

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
    for (const [name, rules] of Object.entries(context.pack.reading ?? {})) {
      this.#rules.set(store.normal(name), [rules].flat());
    }
  }

  /** The lines that count, in order; the top ones are made known to the store as they come. Throws Refusal. */
  expand(nodes: readonly ConfigNode[], depth: number, isTop: boolean): ConfigNode[] {
    const cursor = new LineCursor(nodes, (name) => this.#store.normal(name));
    return this.#readLines({ cursor, depth, isTop });
  }

  #readLines(place: Place): ConfigNode[] {
    const { cursor, until } = place;
    const kept: ConfigNode[] = [];
    for (let line = cursor.next(); line; line = cursor.next()) {
      if (this.#isFull(line)) return kept;
      if (until?.isCondition && isClosing(line, until.open)) return kept;
      const node = this.#interpolated(line);
      if (node.flaw !== undefined) throw new Refusal(node.flaw + placeOf(node.at));
      if (node.form === 'close') {
        if (until && !until.isCondition && cursor.closes(node, until.open.name)) return kept;
        throw new Refusal(`</${node.name}> without matching <${node.name}> section${placeOf(node.at)}`);
      }
      for (const each of this.#expandOne(node, line, place)) kept.push(each);
    }
    // A condition that holds may stay open at the end of a file.
    if (until && !until.isCondition)
      throw new Refusal(`<${until.open.name}> was not closed${placeOf(until.open.at)}`);
    return kept;
  }

  #expandOne(node: ConfigNode, line: ConfigNode, place: Place): ConfigNode[] {
    const rules = this.#rules.get(this.#store.normal(node.name));
    if (!rules) return [this.#keep(node, place)];
    this.#onProgress();
    const names = nested(this.#scope, { ...nodeNames(node), file: node.at.path ?? '' });
    let replacement: ConfigNode[] | undefined;
    for (const rule of rules) {
      const step: ReadingStep = { ...place, node, line, names: withLocal(names, rule.let) };
      if (rule.when !== undefined && evaluate(rule.when, step.names) !== true) continue;
      if (rule.refuse !== undefined) throw new Refusal(rule.refuse + placeOf(node.at));
      this.#changeState(rule, step);
      const instead = this.#replacement(rule, step);
      if (instead !== undefined) replacement = [...(replacement ?? []), ...instead];
    }
    return replacement ?? [this.#keep(node, place)];
  }

  #keep(line: ConfigNode, { cursor, depth, isTop }: Place): ConfigNode {
    const node = this.#unknownConditions > 0 ? { ...line, possible: true } : line;
    if (isTop) this.#store.note(node);
    if (node.children) return { ...node, children: this.expand(node.children, depth, false) };
    if (node.form !== 'open') return node;
    const until = { open: node, isCondition: false };
    return { ...node, children: this.#readBlock({ cursor, depth, isTop: false, until }) };
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
    if (rule.unset !== undefined) this.collections.unsetVariable(String(evaluate(rule.unset, names)));
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
    const { names, depth, isTop } = step;
    if (rule.if !== undefined) return this.#conditional(rule.if, step);
    if (rule.macro !== undefined) return [];
    if (rule.use !== undefined) return this.#use(String(evaluate(rule.use, names)), step);
    if (rule.include === undefined) return undefined;
    return this.#includes.linesOf(rule, step, (nodes) => {
      this.#onProgress();
      return this.expand(nodes, depth + 1, isTop);
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
    const { node, depth, isTop, cursor } = step;
    const holds = this.#holds(expression, step);
    if (holds === true && node.form === 'open') {
      return this.#readBlock({ cursor, depth, isTop, until: { open: node, isCondition: true } });
    }
    const lines = node.form === 'open' ? cursor.takeBlock(node) : (node.children ?? []);
    if (holds === false) return [];
    return holds ? this.expand(lines, depth, isTop) : this.#possible(lines, step);
  }

  #possible(lines: readonly ConfigNode[], { node, depth, isTop }: ReadingStep): ConfigNode[] {
    const message = `can't know whether the condition ${node.name} holds: what is inside is only possible`;
    reportUnknown(this.#context, 'unknown-condition', message, [node.at]);
    this.#unknownConditions++;
    try {
      return this.expand(lines, depth, isTop);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reportUnknown(this.#context, 'config-problem', error.message, [node.at]);
      return [];
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

  #interpolated(node: ConfigNode): ConfigNode {
    const rules = this.#context.pack.interpolate;
    if (!rules || !(/[$%]/.test(node.raw ?? '') || node.args.some((arg) => /[$%]/.test(arg)))) return node;
    const lookUp = (name: string, whole: string) =>
      this.collections.variable(name) ??
      (rules.environment ? this.#context.launch.env[name] : undefined) ??
      (rules.undefined === 'empty' ? '' : whole);
    const syntax = this.#files.syntaxOf(node.at.path ?? '');
    return reworded(node, syntax, (text) => replaceAll(rules.pattern, text, lookUp));
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

function withLocal(names: Names, local: ReadingRule['let']): Names {
  let all = names;
  for (const [name, expression] of Object.entries(local ?? {})) {
    all = nested(all, { [name]: evaluate(expression, all) });
  }
  return all;
}
