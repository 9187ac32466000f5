import type {
  AndOr,
  Command,
  CommandNode,
  CompoundList,
  PipelineNode,
  Script,
  Statement,
  SyntaxNode,
} from 'unbash';
import { inert, isUnknown } from '../../model/unknown.ts';
import { Buffer } from '../io.ts';
import { inBackground } from '../jobs.ts';
import { ExitShell, Halt } from '../jumps.ts';
import { launchLimits } from '../limits.ts';
import type { Status } from '../texts.ts';
import { dispatch, runCommand, withRedirects } from './commands.ts';
import {
  asCondition,
  leavesLoop,
  runArithmeticFor,
  runCase,
  runFor,
  runIf,
  runSelect,
  runWhile,
  textOf,
} from './control.ts';
import { runPipeline } from './pipelines.ts';
import { scoped } from './scope.ts';
import type { Evaluator, Shell, SubshellChanges } from './shell.ts';
import type { Unit } from './syntax.ts';
import { evaluateTestExpression } from './test-expression.ts';
import { arithmetic, expandText } from './words.ts';

/** What evaluates the commands of a shell. */
export const evaluator: Evaluator = {
  list: runList,
  node: runNode,
  text: runText,
  command: (shell, argv, options = {}) =>
    dispatch(shell, argv, { tail: options.tail ?? false, functions: options.functions ?? true }),
  word: (shell, word) => expandText(shell, word, true),
  substitute,
  output,
  subshell,
};

function runList(shell: Shell, list: CompoundList | Script | readonly Statement[], tail: boolean): Status {
  const statements = 'commands' in list ? list.commands : list;
  let status: Status = 0;
  for (const [index, statement] of statements.entries()) {
    if (isBroken(shell.unit, statement)) syntaxError(shell, statement);
    const run = () => runStatement(shell, statement, tail && index === statements.length - 1);
    status = isAskedAfter(shell, statements[index + 1]) ? asCondition(shell, run) : run();
  }
  return status;
}

/** A command that looks at the status of the one before, and characters in which it does so. */
const testsStatus = /^(?:if\s+)?(?:\[|test|case)\s[^\n;&|]*\$\?/;
const longestAsking = 120;

/** Whether the status of what stands before is looked at, which does not end the shell before. */
function isAskedAfter(shell: Shell, next: Statement | undefined): boolean {
  if (next === undefined || shell.has('e')) return false;
  return testsStatus.test(shell.unit.source.slice(next.pos, next.pos + longestAsking));
}

/** A shell reads on as it goes: what stands before wrong syntax has run already. */
function isBroken(unit: Unit, { end }: Statement): boolean {
  return unit.brokenAt !== undefined && end >= unit.brokenAt;
}

function syntaxError(shell: Shell, node: object): void {
  const { path, source, brokenAt = 0 } = shell.unit;
  const line = source.slice(0, brokenAt).split('\n').length;
  shell.world.find('entrypoint-not-followed', 'medium', `the syntax of ${path} is wrong at line ${line}`, [
    { kind: 'config', path, line, text: source.split('\n')[line - 1] ?? '' },
  ]);
  shell.error('syntax error');
  // Read on where nothing else is found: the parser may know less than the shell.
  if (shell.world.decisions.known(node, true, true)) shell.exit(2, node);
}

function runStatement(shell: Shell, statement: Statement, tail: boolean): Status {
  const { budget, decisions, trace } = shell.world;
  budget.spend();
  shell.offset = statement.pos;
  const choices = decisions.taken;
  const depth = trace.length;
  trace.push(statement.pos);
  const run = () => budget.nested(() => runNode(shell, statement.command, tail));
  if (statement.background) startBackground(shell, statement.command);
  else if (tail || !isCompound(statement.command)) shell.status = run();
  else shell.status = scoped(shell, statement, textOf(shell, statement), run);
  // A turn's end is reached with everything that the statement's choices have changed.
  if (decisions.taken > choices && !tail) shell.world.join(shell.state());
  // A jump may have left entries of what it has left.
  trace.length = depth;
  return shell.status;
}

/** Statements in which a condition may stand. */
function isCompound({ type }: SyntaxNode): boolean {
  return /^(If|Case|AndOr|While|For|ArithmeticFor|BraceGroup|Redirected|Pipeline)$/.test(type);
}

function startBackground(shell: Shell, node: SyntaxNode): void {
  const job = inBackground(shell.world, textOf(shell, node), () => {
    const child = shell.fork();
    child.role = 'background';
    child.conditions = 0;
    return runNode(child, node, true);
  });
  shell.lastJob = job.pid;
  shell.status = 0;
}

function runNode(shell: Shell, node: SyntaxNode, tail: boolean): Status {
  switch (node.type) {
    case 'Command':
      return checked(shell, node, runSimple(shell, node, tail));
    case 'Pipeline':
      return checkedPipeline(shell, node, tail);
    case 'AndOr':
      return runAndOr(shell, node, tail);
    case 'BraceGroup':
      return runList(shell, node.body, tail);
    case 'CompoundList':
      return runList(shell, node, tail);
    case 'Subshell':
      return checked(
        shell,
        node,
        subshell(shell, node.body.commands, { role: tail ? shell.role : 'called', tail: true }),
      );
    case 'If':
      return runIf(shell, node, tail);
    case 'Case':
      return runCase(shell, node, tail);
    case 'While':
      return runWhile(shell, node);
    case 'For':
      return runFor(shell, node, node.body);
    case 'ArithmeticFor':
      return runArithmeticFor(shell, node);
    case 'Select':
      return runSelect(shell, node);
    case 'Redirected':
      return withRedirects(shell, node.redirects, () => runNode(shell, node.command, tail));
    case 'Function':
      return defineFunction(shell, node);
    case 'TestCommand':
      return checked(shell, node, runTest(shell, node));
    case 'ArithmeticCommand':
      return checked(shell, node, runArithmetic(shell, node.body));
    default:
      return notFollowed(shell, node);
  }
}

function notFollowed(shell: Shell, node: SyntaxNode): Status {
  const { path, line, text } = shell.place();
  shell.world.find('entrypoint-not-followed', 'low', `${node.type} at ${path}:${line} is not followed`, [
    { kind: 'config', path, line, text },
  ]);
  return shell.conditions > 0 ? undefined : 0;
}

function runSimple(shell: Shell, node: Command, tail: boolean): Status {
  const status = runWithDialect(shell, node, tail);
  shell.pipe = [status];
  return status;
}

/** dash knows no `&>`: it starts the command in the background, then empties the file. */
function runWithDialect(shell: Shell, node: Command, tail: boolean): Status {
  const both = node.redirects.filter(({ operator }) => operator === '&>' || operator === '&>>');
  if (shell.dialect !== 'dash' || both.length === 0) return runCommand(shell, node, tail);
  const redirects = node.redirects.filter((each) => !both.includes(each));
  startBackground(shell, { ...node, redirects, args: node.args, prefix: node.prefix, suffix: node.suffix });
  const plain = both.map((each) => ({ ...each, operator: '>' as const }));
  return withRedirects(shell, plain as typeof node.redirects, () => 0);
}

/** `set -e`: a failure ends the shell, except where something asks for the status. */
function checked(shell: Shell, node: object, status: Status): Status {
  if (status === undefined || status === 0 || !shell.has('e') || shell.conditions > 0) return status;
  if (shell.world.decisions.known(node, true, shell.world.asks)) shell.exit(status, node);
  return 0;
}

function checkedPipeline(
  shell: Shell,
  node: Extract<PipelineNode, { type: 'Pipeline' }>,
  tail: boolean,
): Status {
  const isNegated = node.prefixes.some(({ type }) => type === 'Negation');
  const isSingle = node.commands.length === 1;
  const run = (stage: Shell, command: CommandNode, last: boolean) => runNode(stage, command, last);
  const status = runPipeline(shell, node, tail, run);
  return isNegated || isSingle ? status : checked(shell, node, status);
}

function runAndOr(shell: Shell, node: AndOr, tail: boolean): Status {
  const { world } = shell;
  const last = node.commands.length - 1;
  let status: Status = 0;
  let asks = false;
  for (const [index, command] of node.commands.entries()) {
    const operator = node.operators[index - 1];
    const run = () => {
      if (index === last) return runNode(shell, command, tail);
      return asCondition(shell, () => runNode(shell, command, false));
    };
    asks ||= index > 0 && world.asks;
    if (operator === undefined) {
      status = run();
      shell.status = status;
      continue;
    }
    if (status === undefined && operator === '||' && doesNothing(command)) {
      status = 0;
      continue;
    }
    const before = node.commands[index - 1] as PipelineNode;
    const about = `whether ${textOf(shell, before)} succeeds`;
    const holds =
      status === undefined && waits(shell, command) ? operator === '&&' : shell.decide(before, status, about);
    if (holds === (operator === '&&')) status = world.decisions.under(before, run);
    else status = holds ? 0 : (status ?? 1) || 1;
    shell.status = status;
  }
  world.asks ||= asks;
  return status;
}

/** `command || true`: whatever the command's status, it does not matter. */
function doesNothing(command: SyntaxNode): boolean {
  return (
    command.type === 'Command' &&
    /^(true|:)$/.test(command.name?.text ?? '') &&
    command.redirects.length === 0
  );
}

/** `check && break` in a loop that waits: what it waits for is taken to come. */
function waits(shell: Shell, command: SyntaxNode): boolean {
  return shell.waits > 0 && command.type === 'Command' && leavesLoop(command);
}

function defineFunction(shell: Shell, node: Extract<SyntaxNode, { type: 'Function' }>): Status {
  shell.define(node.name.value, { node, unit: shell.unit });
  return 0;
}

function runTest(shell: Shell, node: Extract<SyntaxNode, { type: 'TestCommand' }>): Status {
  if (shell.dialect === 'dash') {
    shell.error('[[: not found');
    return 127;
  }
  const { lacks } = shell.world;
  const result = evaluateTestExpression(shell, node.expression);
  shell.world.asks = shell.world.lacks > lacks;
  return result === undefined ? undefined : result ? 0 : 1;
}

function runArithmetic(shell: Shell, body: string): Status {
  if (shell.dialect === 'dash') return 127;
  const value = arithmetic(shell, body);
  return value === undefined ? undefined : value === 0n ? 1 : 0;
}

function subshell(shell: Shell, statements: readonly Statement[], changes: SubshellChanges): Status {
  const child = shell.fork();
  if (changes.io) child.io = changes.io;
  if (changes.role) child.role = changes.role;
  if (changes.unit) child.unit = changes.unit;
  if (child.depth++ > launchLimits.nesting) throw new Halt('its subshells are nested too deeply');
  try {
    return runList(child, statements, changes.tail ?? false);
  } catch (jump) {
    if (jump instanceof ExitShell) return jump.status;
    throw jump;
  }
}

function output(shell: Shell, statements: readonly Statement[], unit: Unit = shell.unit): string {
  const buffer = new Buffer();
  const offset = shell.offset;
  const io = shell.io.with([[1, buffer]]);
  const [first] = statements;
  const run = () => subshell(shell, statements, { io, unit, role: 'called' });
  const status = first ? scoped(shell, first, textOf(shell, first), run, [buffer]) : run();
  shell.offset = offset;
  shell.substituted = { status };
  shell.world.budget.spendOn(buffer.text.length);
  return buffer.text;
}

/** `$(< file)` is the file's text, without a program. */
function substitute(shell: Shell, statements: readonly Statement[], unit: Unit): string {
  const only = statements.length === 1 ? statements[0]?.command : undefined;
  const isFile = only?.type === 'Command' && only.name === undefined && only.redirects[0]?.operator === '<';
  if (isFile && shell.dialect === 'bash') {
    let text = '';
    const read = () => {
      text = shell.io.in.rest();
      return 0;
    };
    shell.substituted = { status: withRedirects(shell, only.redirects, read) };
    return text.replace(/\n+$/, '');
  }
  return output(shell, statements, unit).replace(/\n+$/, '').replaceAll('\0', '');
}

function textNotFollowed(shell: Shell, path: string, why: string): Status {
  shell.world.find('entrypoint-not-followed', 'medium', `${path} is not followed: ${why}`);
  return shell.conditions > 0 ? undefined : 0;
}

function runText(shell: Shell, text: string, path: string, firstLine: number, tail: boolean): Status {
  shell.world.budget.spendOn(text.length);
  const unit = shell.scripts.parse(path, inert(text), firstLine);
  if ('refused' in unit) {
    return textNotFollowed(shell, path, unit.refused);
  }
  // What is not known may make it right.
  if (unit.brokenAt !== undefined && isUnknown(text)) {
    return textNotFollowed(shell, path, 'part of what it evaluates is not known');
  }
  const before = { unit: shell.unit, offset: shell.offset };
  shell.unit = unit;
  try {
    const status = runList(shell, unit.script, tail);
    // Wrong syntax at the end, which no statement holds.
    if (unit.brokenAt !== undefined) syntaxError(shell, unit.script);
    return status;
  } finally {
    Object.assign(shell, before);
  }
}
