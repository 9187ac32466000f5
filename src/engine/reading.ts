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
import { Macros } from './macros.ts';
import { nodeNames } from './node-values.ts';
import { Refusal, UnknownValue } from './reasons.ts';
import { reworded } from './rewording.ts';
import { nested } from './scope.ts';

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
    const kept: ConfigNode[] = [];
    for (const node of nodes) {
      if (this.#isFull(node)) break;
      for (const each of this.#expandOne(this.#interpolated(node), depth, isTop)) kept.push(each);
    }
    return kept;
  }

  #expandOne(node: ConfigNode, depth: number, isTop: boolean): ConfigNode[] {
    const rules = this.#rules.get(this.#store.normal(node.name));
    if (!rules) return [this.#keep(node, depth, isTop)];
    this.#onProgress();
    const names = nested(this.#scope, { ...nodeNames(node), file: node.at.path ?? '' });
    let replacement: ConfigNode[] | undefined;
    for (const rule of rules) {
      const step: Step = { node, names: withLocal(names, rule.let), depth, isTop };
      if (rule.when !== undefined && evaluate(rule.when, step.names) !== true) continue;
      if (rule.refuse !== undefined) throw new Refusal(`${rule.refuse} (${node.at.path}:${node.at.line})`);
      this.#changeState(rule, step);
      const instead = this.#replacement(rule, step);
      if (instead !== undefined) replacement = [...(replacement ?? []), ...instead];
    }
    return replacement ?? [this.#keep(node, depth, isTop)];
  }

  #keep(line: ConfigNode, depth: number, isTop: boolean): ConfigNode {
    const node = this.#unknownConditions > 0 ? { ...line, possible: true } : line;
    if (isTop) this.#store.note(node);
    return node.children ? { ...node, children: this.expand(node.children, depth, false) } : node;
  }

  #changeState(rule: ReadingRule, { node, names }: Step): void {
    if (rule.set !== undefined) {
      const value = rule.to === undefined ? (node.args[1] ?? '') : evaluate(rule.to, names);
      this.collections.setVariable(String(evaluate(rule.set, names)), String(value));
    }
    if (rule.unset !== undefined) this.collections.unsetVariable(String(evaluate(rule.unset, names)));
    const values = () => evaluate(rule.values ?? 'node.args', names);
    if (rule.add !== undefined) this.collections.add(rule.add, values());
    if (rule.remove !== undefined) this.collections.remove(rule.remove, values());
    if (rule.macro !== undefined) this.#macros.define(String(evaluate(rule.macro, names)), node);
    if (rule.forget !== undefined) this.#macros.remove(String(evaluate(rule.forget, names)), node);
  }

  /** What stands in the node's place; undefined when the rule leaves it there. */
  #replacement(rule: ReadingRule, step: Step): ConfigNode[] | undefined {
    const { names, depth, isTop } = step;
    if (rule.if !== undefined) return this.#conditional(rule.if, step);
    if (rule.macro !== undefined) return [];
    if (rule.use !== undefined) {
      const syntax = this.#files.syntaxOf(step.node.at.path ?? '');
      const body = this.#macros.bodyFor(String(evaluate(rule.use, names)), step.node, syntax, depth);
      return this.expand(body, depth + 1, isTop);
    }
    if (rule.include === undefined) return undefined;
    return this.#includes.linesOf(rule, step, (nodes) => {
      this.#onProgress();
      return this.expand(nodes, depth + 1, isTop);
    });
  }

  /** The block's lines, or none of them; where the condition can't be known, its lines are only possible. */
  #conditional(expression: string, step: Step): ConfigNode[] {
    const { node, depth, isTop } = step;
    const holds = this.#holds(expression, step);
    if (holds === false) return [];
    if (holds === true) return this.expand(node.children ?? [], depth, isTop);
    const message = `can't know whether the condition ${node.name} holds: what is inside is only possible`;
    reportUnknown(this.#context, 'unknown-condition', message, [node.at]);
    this.#unknownConditions++;
    try {
      return this.expand(node.children ?? [], depth, isTop);
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

function withLocal(names: Names, local: ReadingRule['let']): Names {
  let all = names;
  for (const [name, expression] of Object.entries(local ?? {})) {
    all = nested(all, { [name]: evaluate(expression, all) });
  }
  return all;
}
