import { isUnknown } from '../model/unknown.ts';
import { evaluate, type Names } from '../pack/expressions.ts';
import type { BranchRules } from '../pack/schema.ts';
import type { ConfigNode } from '../syntax/tree.ts';
import { holdsCondition } from './condition.ts';
import type { Reach } from './reached.ts';
import { placeOf, Refusal } from './reasons.ts';
import { nested } from './scope.ts';

/** What is known of a fact; undefined where it can't be known. */
type Answer = boolean | undefined;

interface Branch {
  open: ConfigNode;
  /** Whether the lines at this place count, were those around it to. */
  counts: Answer;
  /** Whether a branch before or this one was taken. */
  isTaken: Answer;
  hasElse: boolean;
}

/** Follows the lines of one file that switch others on and off: `.if`, `.elif`, `.else`, `.endif`. */
export class Branches {
  readonly #rules: BranchRules;
  readonly #names: Names;
  readonly #onUnknown: (line: ConfigNode) => void;
  readonly #reach: Reach | undefined;
  readonly #open: Branch[] = [];

  /** `onUnknown` is told of each condition of which it can't be known whether it holds. */
  constructor(rules: BranchRules, names: Names, onUnknown: (line: ConfigNode) => void, reach?: Reach) {
    this.#rules = rules;
    this.#names = names;
    this.#onUnknown = onUnknown;
    this.#reach = reach;
  }

  /** Whether a line counts; a switch itself never does. Throws Refusal where the program would not take it. */
  take(line: ConfigNode): Answer {
    const { name } = line;
    const { end, else: otherwise, elseIf } = this.#rules;
    if (name === this.#rules.if) this.#begin(line);
    else if (name === elseIf || name === otherwise) this.#switch(line, name === otherwise);
    else if (name === end) {
      if (!this.#open.pop()) throw new Refusal(`${name} without ${this.#rules.if}${placeOf(line.at)}`);
    } else return this.#counts(this.#open);
    this.#reachSwitch(name);
    if ((name === end || name === otherwise) && line.args.some((arg) => arg !== ''))
      throw new Refusal(`${name} takes no argument${placeOf(line.at)}`);
    return false;
  }

  #reachSwitch(name: string): void {
    for (const word of ['if', 'elseIf', 'else', 'end'] as const) {
      if (this.#rules[word] === name) this.#reach?.(this.#rules, word);
    }
  }

  /** To be called at the end of the file. */
  finish(): void {
    const open = this.#open.at(-1)?.open;
    if (open) throw new Refusal(`${open.name} does not end${placeOf(open.at)}`);
  }

  #counts(branches: readonly Branch[]): Answer {
    const answers = branches.map(({ counts }) => counts);
    return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
  }

  #begin(open: ConfigNode): void {
    if (this.#open.length + 1 >= this.#rules.deepest)
      throw new Refusal(`${open.name} is nested too deeply${placeOf(open.at)}`);
    const isSkipped = this.#counts(this.#open) === false;
    const counts = isSkipped ? false : this.#holds(open);
    this.#open.push({ open, counts, isTaken: isSkipped || counts, hasElse: false });
  }

  #switch(line: ConfigNode, isElse: boolean): void {
    const branch = this.#open.at(-1);
    if (!branch || branch.hasElse) {
      const why = branch ? `after ${this.#rules.else}` : `without ${this.#rules.if}`;
      throw new Refusal(`${line.name} ${why}${placeOf(line.at)}`);
    }
    branch.hasElse = isElse;
    if (branch.isTaken === true) {
      branch.counts = false;
      return;
    }
    const holds = isElse || this.#holds(line);
    branch.counts = branch.isTaken === undefined && holds === true ? undefined : holds;
    branch.isTaken = branch.isTaken === undefined && holds === false ? undefined : holds;
  }

  #holds(line: ConfigNode): Answer {
    const holds = holdsCondition(line.args.join(' '), (name, args) => {
      const predicate = Object.hasOwn(this.#rules.predicates, name)
        ? this.#rules.predicates[name]
        : undefined;
      if (!predicate) throw new Refusal(`there is no condition ${name}${placeOf(line.at)}`);
      if (args.length !== predicate.arguments)
        throw new Refusal(`${name} takes ${predicate.arguments} arguments${placeOf(line.at)}`);
      if (args.some(isUnknown)) return undefined;
      this.#reach?.(predicate);
      const value = evaluate(predicate.holds, nested(this.#names, { args }));
      const answer = Array.isArray(value) ? value[0] : value;
      return typeof answer === 'boolean' ? answer : undefined;
    });
    if (holds === undefined) this.#onUnknown(line);
    return holds;
  }
}
