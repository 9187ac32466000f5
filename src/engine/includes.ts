import { posix } from 'node:path';
import { isPattern } from '../base/glob.ts';
import { limits } from '../base/limits.ts';
import { isUnknown } from '../model/unknown.ts';
import { evaluate, type Names, type Value } from '../pack/expressions.ts';
import type { ReadingRule } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import type { ConfigFiles } from './config-files.ts';
import { type Context, reportUnknown } from './context.ts';
import { Refusal, UnknownValue } from './reasons.ts';
import { matchStepwise } from './stepwise.ts';

/** One config line where reading stands. */
export interface Step {
  node: ConfigNode;
  /** What the rule's expressions may use. */
  names: Names;
  /** How many files and macros deep. */
  depth: number;
  /** Whether the line is outside all blocks. */
  isTop: boolean;
}

/** Finds and reads the files that include lines name: paths, patterns, directories. */
export class Includes {
  readonly #context: Context;
  readonly #files: ConfigFiles;

  constructor(context: Context, files: ConfigFiles) {
    this.#context = context;
    this.#files = files;
  }

  /** The lines of all files that a rule's `include` names, each file put through `expand`. Throws Refusal. */
  linesOf(rule: ReadingRule, step: Step, expand: (nodes: ConfigNode[]) => ConfigNode[]): ConfigNode[] {
    const { node, names } = step;
    const wanted = toTexts(evaluate(rule.include ?? '', names));
    const base =
      rule.base === undefined ? posix.dirname(node.at.path ?? '/') : String(evaluate(rule.base, names));
    const deepest = Math.min(rule.deepest ?? limits.configDepth, limits.configDepth);
    if (step.depth >= deepest) {
      if (rule.faults === 'end') return [];
      throw new Refusal(`files are included more than ${deepest} deep (${placeOf(step)})`);
    }
    return wanted
      .flatMap((text) => {
        if (!isUnknown(text)) return this.#pathsOf(posix.resolve(base, text), rule, step);
        reportUnknown(this.#context, 'unknown-value', new UnknownValue(text).message, [node.at]);
        return [];
      })
      .flatMap((path) => expand(this.#read(path, rule, step)));
  }

  #pathsOf(path: string, rule: ReadingRule, step: Step): string[] {
    if (rule.stepwise) {
      const ignores = this.#missing(rule, step, 'refuse') === 'ignore';
      const found = matchStepwise(this.#context.rootfs, path, ignores);
      return found.flatMap((each) => this.#filesIn(each, rule, 0));
    }
    const mayMatch =
      isPattern(path) && (rule.patterns === undefined || evaluate(rule.patterns, step.names) === true);
    if (mayMatch) this.#files.patterns.add(path);
    const found = mayMatch ? this.#context.rootfs.glob(path) : [path];
    if (found.length === 0 && this.#missing(rule, step, 'ignore') === 'refuse') {
      throw new Refusal(`nothing matches ${path}, included at ${placeOf(step)}`);
    }
    return found.flatMap((each) => this.#filesIn(each, rule, 0));
  }

  #filesIn(path: string, rule: ReadingRule, depth: number): string[] {
    const { rootfs } = this.#context;
    if (!rule.directory || !rootfs.isDirectory(path)) return [path];
    if (rule.directory === 'refuse') throw new Refusal(`${path} is a directory`);
    if (rule.directory === 'ignore') return [];
    if (rule.directory === 'files') {
      return rootfs.glob(posix.join(path, rule.names ?? '*')).filter((each) => !rootfs.isDirectory(each));
    }
    if (depth > limits.symlinks) return [];
    return rootfs.list(path).flatMap((name) => this.#filesIn(posix.join(path, name), rule, depth + 1));
  }

  #read(path: string, rule: ReadingRule, step: Step): ConfigNode[] {
    const { node } = step;
    const syntax = rule.syntax ?? this.#files.syntaxOf(node.at.path ?? '');
    const endsAtFault = rule.faults === 'end';
    const nodes = this.#files.read(path, syntax, { includedBy: node.at, endsAtFault });
    if (nodes !== undefined) return nodes;
    if (this.#missing(rule, step, 'refuse') === 'ignore') return [];
    throw new Refusal(`${path} is missing, included at ${placeOf(step)}`);
  }

  #missing(rule: ReadingRule, { names }: Step, otherwise: 'refuse' | 'ignore'): Value {
    return rule.missing === undefined ? otherwise : evaluate(rule.missing, names);
  }
}

function placeOf({ node }: Step): string {
  return node.at.line === undefined ? node.at.text : `${node.at.path}:${node.at.line}`;
}

/** A value as a list of texts; an empty text is none. */
export function toTexts(value: Value): string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === '' || value === null ? [] : [String(value)];
}
