import type {
  ArithmeticExpression,
  ArithmeticFor,
  Case,
  CompoundList,
  For,
  If,
  Select,
  Statement,
  SyntaxNode,
  While,
} from 'unbash';
import { forEachChild } from 'unbash';
import { LoopJump, NeverEnds } from '../jumps.ts';
import { brief, type Status } from '../texts.ts';
import { matchesPatternCase } from './patterns.ts';
import type { Shell } from './shell.ts';
import { arithmetic, expandPattern, expandText, expandWords } from './words.ts';

/** Runs something of which only the status counts: a failure there ends nothing. */
export function asCondition<T>(shell: Shell, work: () => T): T {
  shell.conditions++;
  try {
    return work();
  } finally {
    shell.conditions--;
  }
}

/** The text of a node, for a reason. */
export function textOf(shell: Shell, node: { pos: number; end: number }): string {
  return brief(shell.unit.source.slice(node.pos, Math.min(node.end, node.pos + 400)));
}

export function runIf(shell: Shell, node: If, tail: boolean): Status {
  const branches: readonly Pick<If, 'clause' | 'then'>[] = [node, ...node.elif];
  for (const { clause, then } of branches) {
    const status = asCondition(shell, () => shell.evaluator.list(shell, clause, false));
    const goes = decideIf(shell, clause, then, node.else, status);
    if (goes) {
      return shell.world.decisions.under(clause, () => shell.evaluator.list(shell, then, tail));
    }
  }
  const last = branches.at(-1)?.clause ?? node;
  const otherwise = node.else;
  if (otherwise === undefined) return 0;
  return shell.world.decisions.under(last, () => shell.evaluator.list(shell, otherwise, tail));
}

/** In a loop that waits for something, what ends the loop is taken to come true. */
function decideIf(
  shell: Shell,
  clause: CompoundList,
  then: CompoundList,
  otherwise: CompoundList | undefined,
  status: Status,
): boolean {
  if (status === undefined && shell.waits > 0) {
    if (leavesLoop(then)) return true;
    if (otherwise && leavesLoop(otherwise)) return false;
  }
  return shell.decide(clause, status, `whether ${textOf(shell, clause)}`);
}

/** Whether a list has a `break` of its own loop, or a `return` or `exit` that is no failure. */
export function leavesLoop(node: SyntaxNode): boolean {
  if (node.type === 'Command') {
    const [argument] = node.args;
    const succeeds = argument === undefined || /^(0|\$\w+)$/.test(argument.text);
    return node.name?.text === 'break' || (/^(return|exit)$/.test(node.name?.text ?? '') && succeeds);
  }
  if (/^(While|For|ArithmeticFor|Select|Function|Word|Subshell)$/.test(node.type)) return false;
  let found = false;
  forEachChild(node, (child) => {
    found ||= leavesLoop(child);
  });
  return found;
}

/** Whether a loop waits for something: it sleeps. */
function sleeps(node: SyntaxNode): boolean {
  if (node.type === 'Command') return /^(u?sleep|wait)$/.test(node.name?.text ?? '');
  if (/^(Function|Word|Subshell)$/.test(node.type)) return false;
  let found = false;
  forEachChild(node, (child) => {
    found ||= sleeps(child);
  });
  return found;
}

export function runCase(shell: Shell, node: Case, tail: boolean): Status {
  const { decisions, budget, lacks } = shell.world;
  const subject = expandText(shell, node.word);
  const asks = shell.world.lacks > lacks;
  let falls = false;
  for (const [index, item] of node.items.entries()) {
    budget.spendOn(subject.length);
    const matches =
      falls ||
      item.pattern.map((word) =>
        matchesPatternCase(expandPattern(shell, word), subject, shell.has('nocasematch')),
      );
    const status =
      matches === true || matches.includes(true) ? 0 : matches.includes(undefined) ? undefined : 1;
    const about = `whether ${brief(subject)} is ${item.pattern.map(({ text }) => text).join('|')}`;
    shell.world.asks = asks;
    if (!(falls || shell.decide(item, status, about))) continue;
    const isLast = index === node.items.length - 1;
    const ends = item.terminator === ';;' || item.terminator === undefined || isLast;
    const result = decisions.under(item, () => shell.evaluator.list(shell, item.body, tail && ends));
    if (ends) return result;
    falls = item.terminator === ';&';
  }
  return 0;
}

export function runFor(shell: Shell, node: For, statements: CompoundList): Status {
  const words = node.wordlist === undefined ? shell.positional : expandWords(shell, node.wordlist);
  const loop = new Loop(shell, node);
  return loop.run(() => {
    let status: Status = 0;
    for (const word of words) {
      shell.vars.set(node.name.text, word);
      const result = loop.body(statements);
      if (result === 'left') break;
      status = result.status;
    }
    return status;
  });
}

/** `select` reads a choice from standard input, which is empty: the body does not run. */
export function runSelect(_shell: Shell, _node: Select): Status {
  return 0;
}

export function runArithmeticFor(shell: Shell, node: ArithmeticFor): Status {
  const value = (expression: ArithmeticExpression | undefined, usual: bigint) =>
    expression ? arithmetic(shell, shell.unit.source.slice(expression.pos, expression.end)) : usual;
  const loop = new Loop(shell, node);
  return loop.run(() => {
    let status: Status = 0;
    for (value(node.initialize, 0n); ; value(node.update, 0n)) {
      const test = value(node.test, 1n);
      if (test === undefined || !shell.world.decisions.known(node, test !== 0n)) break;
      const result = loop.body(node.body);
      if (result === 'left') break;
      status = result.status;
      if (loop.isStuck(node.body, node.test === undefined)) break;
    }
    return status;
  });
}

export function runWhile(shell: Shell, node: While): Status {
  const loop = new Loop(shell, node, node.clause);
  const wanted = node.kind === 'while';
  return loop.run(() => {
    let status: Status = 0;
    while (holds(shell, node, loop) === wanted) {
      const result = loop.body(node.body);
      if (result === 'left') break;
      status = result.status;
      if (loop.isStuck(node.body, isConstant(node.clause))) break;
    }
    return status;
  });
}

/** Whether the condition is true. One that can't be known ends the loop, reading loops after one turn perhaps. */
function holds(shell: Shell, node: While, loop: Loop): boolean {
  const status = asCondition(shell, () => shell.evaluator.list(shell, node.clause, false));
  if (status !== undefined) return shell.decide(node.clause, status, '');
  const stays = node.kind === 'while';
  const reads = node.clause.commands.some(
    ({ command }) => command.type === 'Command' && command.name?.text === 'read',
  );
  if (!reads || loop.turns > 0) return !stays;
  return shell.decide(node.clause, undefined, `whether ${textOf(shell, node.clause)}`);
}

/** `while true`, `while :`, `until false`. */
function isConstant(clause: CompoundList): boolean {
  const only = clause.commands.length === 1 ? (clause.commands[0] as Statement).command : undefined;
  if (only?.type === 'ArithmeticCommand') return /^\s*\d+\s*$/.test(only.body);
  if (only?.type === 'TestCommand') return true;
  return only?.type === 'Command' && /^(true|:|false)$/.test(only.name?.text ?? '');
}

/** The turns of one loop. */
class Loop {
  readonly #shell: Shell;
  readonly #node: object;
  readonly #ended: number;
  readonly #sleeps: boolean;
  turns = 0;
  #checkAt = 8;
  #mark: { state: string; choices: number } | undefined;

  /** `key` identifies the loop's condition. */
  constructor(shell: Shell, loop: SyntaxNode, key: object = loop) {
    this.#shell = shell;
    this.#node = key;
    this.#sleeps = sleeps(loop);
    this.#ended = shell.world.ended.length;
  }

  run(work: () => Status): Status {
    const shell = this.#shell;
    const waits = shell.waits;
    shell.loops++;
    if (this.#sleeps) shell.waits++;
    try {
      return work();
    } finally {
      shell.loops--;
      shell.waits = waits;
    }
  }

  /** One turn; `left` when the loop was left by `break`. */
  body(statements: CompoundList): { status: Status } | 'left' {
    const shell = this.#shell;
    this.turns++;
    shell.world.budget.spend();
    const { trace } = shell.world;
    const depth = trace.length;
    trace.push(this.turns);
    try {
      return {
        status: shell.world.decisions.under(this.#node, () => shell.evaluator.list(shell, statements, false)),
      };
    } catch (jump) {
      if (!(jump instanceof LoopJump)) throw jump;
      if (jump.levels > 1 && shell.loops > 1) {
        jump.levels--;
        throw jump;
      }
      return jump.kind === 'break' ? 'left' : { status: 0 };
    } finally {
      trace.length = depth;
    }
  }

  /**
   * Whether the loop waits for something: the state comes back, so on its own it would never end. A loop that
   * nothing can end is how the container stays alive; any other is taken to end.
   */
  isStuck(statements: CompoundList, constant: boolean): boolean {
    if (this.turns < this.#checkAt) return false;
    const { world } = this.#shell;
    const state = this.#shell.state() + world.files.tree.digest();
    const choices = world.decisions.taken;
    const same = this.#mark?.state === state && this.#mark.choices === choices;
    this.#checkAt *= 2;
    this.#mark = { state, choices };
    if (!same) return false;
    if (!constant || leavesLoop(statements)) return true;
    for (const launch of world.distinctEnded(this.#ended)) world.record(launch);
    throw new NeverEnds();
  }
}
