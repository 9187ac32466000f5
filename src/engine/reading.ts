import { posix } from 'node:path';
import { isPattern } from '../base/glob.ts';
import { limits } from '../base/limits.ts';
import type { Evidence } from '../model/evidence.ts';
import { isUnknown } from '../model/unknown.ts';
import { evaluate, type Names, type Value } from '../pack/expressions.ts';
import { replaceAll } from '../pack/patterns.ts';
import type { ReadingRule } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import { Collections } from './collections.ts';
import type { ConfigFiles } from './config-files.ts';
import type { ConfigStore } from './config-store.ts';
import { type Context, reportUnknown } from './context.ts';
import { nodeNames } from './node-values.ts';
import { Refusal, UnknownValue } from './reasons.ts';
import { nested } from './scope.ts';

/**
 * Goes through config lines in file order and does what the pack's `reading` says of them: reads other files in
 * place, keeps or leaves out conditional blocks, sets variables, uses macros.
 */
export class Reading {
  readonly #context: Context;
  readonly #files: ConfigFiles;
  readonly #store: ConfigStore;
  readonly #scope: Names;
  readonly #onProgress: () => void;
  readonly #rules = new Map<string, ReadingRule[]>();
  readonly #macros = new Map<string, ConfigNode>();
  readonly collections: Collections;
  #nodes = 0;

  constructor(
    context: Context,
    files: ConfigFiles,
    store: ConfigStore,
    scope: Names,
    onProgress: () => void,
  ) {
    this.#context = context;
    this.#files = files;
    this.#store = store;
    this.#scope = scope;
    this.#onProgress = onProgress;
    this.collections = new Collections(context, scope);
    for (const [name, rules] of Object.entries(context.pack.reading ?? {})) {
      this.#rules.set(store.normal(name), Array.isArray(rules) ? rules : [rules]);
    }
  }

  /** The lines that count, in order; the top ones are made known to the store as they come. */
  expand(nodes: readonly ConfigNode[], depth: number, isTop: boolean): ConfigNode[] {
    const kept: ConfigNode[] = [];
    for (const node of nodes) {
      if (++this.#nodes > limits.configNodes) return this.#stop(kept, node);
      kept.push(...this.#expandOne(this.#interpolated(node), depth, isTop));
    }
    return kept;
  }

  #expandOne(node: ConfigNode, depth: number, isTop: boolean): ConfigNode[] {
    const rules = this.#rules.get(this.#store.normal(node.name));
    if (!rules) return [this.#keep(node, depth, isTop)];
    const names = this.#namesOf(node);
    const kept: ConfigNode[] = [];
    let isReplaced = false;
    for (const rule of rules) {
      if (rule.when !== undefined && evaluate(rule.when, names) !== true) continue;
      if (rule.refuse !== undefined) throw new Refusal(`${rule.refuse} (${node.at.path}:${node.at.line})`);
      this.#changeState(rule, node, names);
      const replacement = this.#replacement(rule, node, names, depth, isTop);
      if (replacement === undefined) continue;
      isReplaced = true;
      kept.push(...replacement);
    }
    return isReplaced ? kept : [this.#keep(node, depth, isTop)];
  }

  #keep(node: ConfigNode, depth: number, isTop: boolean): ConfigNode {
    if (isTop) this.#store.note(node);
    if (!node.children) return node;
    return { ...node, children: this.expand(node.children, depth, false) };
  }

  #changeState(rule: ReadingRule, node: ConfigNode, names: Names): void {
    if (rule.set !== undefined) {
      const value = rule.to === undefined ? (node.args[1] ?? '') : evaluate(rule.to, names);
      this.collections.setVariable(String(evaluate(rule.set, names)), String(value));
    }
    if (rule.unset !== undefined) this.collections.unsetVariable(String(evaluate(rule.unset, names)));
    if (rule.add !== undefined) this.collections.add(rule.add, evaluate(rule.values ?? 'node.args', names));
    if (rule.macro !== undefined) this.#macros.set(String(evaluate(rule.macro, names)).toLowerCase(), node);
  }

  /** What stands in the node's place; undefined when the rule leaves it there. */
  #replacement(
    rule: ReadingRule,
    node: ConfigNode,
    names: Names,
    depth: number,
    isTop: boolean,
  ): ConfigNode[] | undefined {
    if (rule.if !== undefined) {
      const isTrue = this.#isTrue(rule.if, node, names);
      return isTrue ? this.expand(node.children ?? [], depth, isTop) : [];
    }
    if (rule.macro !== undefined) return [];
    if (rule.use !== undefined) return this.#use(node, String(evaluate(rule.use, names)), depth, isTop);
    return rule.include === undefined
      ? undefined
      : this.#include(rule, rule.include, node, names, depth, isTop);
  }

  #isTrue(expression: string, node: ConfigNode, names: Names): boolean {
    if (node.args.some(isUnknown)) {
      reportUnknown(this.#context, 'unknown-condition', `can't know whether <${node.name}> holds: left out`, [
        node.at,
      ]);
      return false;
    }
    return evaluate(expression, names) === true;
  }

  #use(node: ConfigNode, name: string, depth: number, isTop: boolean): ConfigNode[] {
    const macro = this.#macros.get(name.toLowerCase());
    if (!macro) throw new Refusal(`macro ${name} is not defined`);
    if (depth >= limits.configDepth) return this.#tooDeep(node.at);
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

  #include(
    rule: ReadingRule,
    what: string,
    node: ConfigNode,
    names: Names,
    depth: number,
    isTop: boolean,
  ): ConfigNode[] {
    const wanted = toTexts(evaluate(what, names));
    const base =
      rule.base === undefined ? posix.dirname(node.at.path ?? '/') : String(evaluate(rule.base, names));
    return wanted.flatMap((text) => {
      if (isUnknown(text)) {
        reportUnknown(this.#context, 'unknown-value', new UnknownValue(text).message, [node.at]);
        return [];
      }
      if (depth >= limits.configDepth) return this.#tooDeep(node.at);
      const paths = this.#pathsOf(posix.resolve(base, text), rule, node, names);
      return paths.flatMap((path) => this.#readFile(path, rule, node, names, depth, isTop));
    });
  }

  #pathsOf(path: string, rule: ReadingRule, node: ConfigNode, names: Names): string[] {
    const found = isPattern(path) ? this.#context.rootfs.glob(path) : [path];
    if (found.length === 0 && this.#missing(rule, names, 'ignore') === 'refuse') {
      throw new Refusal(`nothing matches ${path}, included at ${node.at.path}:${node.at.line}`);
    }
    return found.flatMap((each) => this.#filesIn(each, rule));
  }

  #filesIn(path: string, rule: ReadingRule): string[] {
    const { rootfs } = this.#context;
    if (!rule.directory || !rootfs.isDirectory(path)) return [path];
    if (rule.directory === 'refuse') throw new Refusal(`${path} is a directory`);
    if (rule.directory === 'files') return rootfs.glob(posix.join(path, rule.names ?? '*'));
    return rootfs.list(path).flatMap((name) => this.#filesIn(posix.join(path, name), rule));
  }

  #readFile(
    path: string,
    rule: ReadingRule,
    node: ConfigNode,
    names: Names,
    depth: number,
    isTop: boolean,
  ): ConfigNode[] {
    const before = this.#files.syntaxOf(node.at.path ?? '');
    const nodes = this.#files.read(path, before, node.at);
    if (nodes === undefined) {
      if (this.#missing(rule, names, 'refuse') === 'ignore') return [];
      throw new Refusal(`${path} is missing, included at ${node.at.path}:${node.at.line}`);
    }
    this.#onProgress();
    return this.expand(nodes, depth + 1, isTop);
  }

  #missing(rule: ReadingRule, names: Names, otherwise: 'refuse' | 'ignore'): Value {
    return rule.missing === undefined ? otherwise : evaluate(rule.missing, names);
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

  #namesOf(node: ConfigNode): Names {
    this.#onProgress();
    return nested(this.#scope, {
      ...nodeNames(node),
      file: node.at.path ?? '',
    });
  }

  #tooDeep(at: Evidence): ConfigNode[] {
    reportUnknown(
      this.#context,
      'config-limit',
      `more than ${limits.configDepth} nested files; the rest is not read`,
      [at],
    );
    return [];
  }

  #stop(kept: ConfigNode[], node: ConfigNode): ConfigNode[] {
    if (this.#nodes === limits.configNodes + 1) {
      reportUnknown(
        this.#context,
        'config-limit',
        `more than ${limits.configNodes} config lines; the rest is not read`,
        [node.at],
      );
    }
    return kept;
  }
}

function mapTexts(node: ConfigNode, change: (text: string) => string): ConfigNode {
  const changed = { ...node, name: change(node.name), args: node.args.map(change) };
  return node.children
    ? { ...changed, children: node.children.map((child) => mapTexts(child, change)) }
    : changed;
}

function toTexts(value: Value): string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === '' || value === null ? [] : [String(value)];
}
