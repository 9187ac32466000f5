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
import { nodeNames } from './node-values.ts';
import { Refusal } from './reasons.ts';
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
  readonly #macros = new Map<string, ConfigNode>();
  #nodes = 0;

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
    const step: Step = { node, names, depth, isTop };
    let replacement: ConfigNode[] | undefined;
    for (const rule of rules) {
      if (rule.when !== undefined && evaluate(rule.when, names) !== true) continue;
      if (rule.refuse !== undefined) throw new Refusal(`${rule.refuse} (${node.at.path}:${node.at.line})`);
      this.#changeState(rule, step);
      const instead = this.#replacement(rule, step);
      if (instead !== undefined) replacement = [...(replacement ?? []), ...instead];
    }
    return replacement ?? [this.#keep(node, depth, isTop)];
  }

  #keep(node: ConfigNode, depth: number, isTop: boolean): ConfigNode {
    if (isTop) this.#store.note(node);
    return node.children ? { ...node, children: this.expand(node.children, depth, false) } : node;
  }

  #changeState(rule: ReadingRule, { node, names }: Step): void {
    if (rule.set !== undefined) {
      const value = rule.to === undefined ? (node.args[1] ?? '') : evaluate(rule.to, names);
      this.collections.setVariable(String(evaluate(rule.set, names)), String(value));
    }
    if (rule.unset !== undefined) this.collections.unsetVariable(String(evaluate(rule.unset, names)));
    if (rule.add !== undefined) this.collections.add(rule.add, evaluate(rule.values ?? 'node.args', names));
    if (rule.macro !== undefined) this.#macros.set(String(evaluate(rule.macro, names)).toLowerCase(), node);
  }

  /** What stands in the node's place; undefined when the rule leaves it there. */
  #replacement(rule: ReadingRule, step: Step): ConfigNode[] | undefined {
    const { node, names, depth, isTop } = step;
    if (rule.if !== undefined) {
      return this.#isTrue(rule.if, step) ? this.expand(node.children ?? [], depth, isTop) : [];
    }
    if (rule.macro !== undefined) return [];
    if (rule.use !== undefined) return this.#use(String(evaluate(rule.use, names)), step);
    if (rule.include === undefined) return undefined;
    return this.#includes.linesOf(rule, step, (nodes) => {
      this.#onProgress();
      return this.expand(nodes, depth + 1, isTop);
    });
  }

  #isTrue(expression: string, { node, names }: Step): boolean {
    if (!node.args.some(isUnknown)) return evaluate(expression, names) === true;
    const message = `can't know whether the condition ${node.name} holds: what is inside is left out`;
    reportUnknown(this.#context, 'unknown-condition', message, [node.at]);
    return false;
  }

  #use(name: string, { node, depth, isTop }: Step): ConfigNode[] {
    const macro = this.#macros.get(name.toLowerCase());
    if (!macro) throw new Refusal(`macro ${name} is not defined (${node.at.path}:${node.at.line})`);
    if (depth >= limits.configDepth) throw new Refusal(`macros are nested too deeply at ${name}`);
    const parameters = macro.args.slice(1);
    const values = node.args.slice(1);
    const fill = (text: string) =>
      parameters.reduce(
        (filled, parameter, index) => filled.replaceAll(parameter, values[index] ?? ''),
        text,
      );
    return this.expand(
      (macro.children ?? []).map((child) => mapTexts(child, fill)),
      depth + 1,
      isTop,
    );
  }

  #interpolated(node: ConfigNode): ConfigNode {
    const rules = this.#context.pack.interpolate;
    if (!rules || !node.args.some((arg) => /[$%]/.test(arg))) return node;
    const lookUp = (name: string, whole: string) =>
      this.collections.variable(name) ??
      (rules.environment ? this.#context.launch.env[name] : undefined) ??
      (rules.undefined === 'empty' ? '' : whole);
    return { ...node, args: node.args.map((arg) => replaceAll(rules.pattern, arg, lookUp)) };
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

function mapTexts(node: ConfigNode, change: (text: string) => string): ConfigNode {
  const changed = { ...node, name: change(node.name), args: node.args.map(change) };
  return node.children
    ? { ...changed, children: node.children.map((child) => mapTexts(child, change)) }
    : changed;
}
