import { posix } from 'node:path';
import type { Call, Tool } from '../../tools/call.ts';
import { expr } from '../../tools/expr.ts';
import { test } from '../../tools/test.ts';
import { refuseToStart } from '../child.ts';
import { become, commands } from './commands.ts';
import { loops } from './loops.ts';
import { parseScript } from './parse.ts';
import { redirectFd } from './redirfd.ts';
import { substitute } from './substitute.ts';
import { positionalValues, variables } from './variables.ts';

/** `execlineb [OPTIONS] SCRIPT ARGS…` or `execlineb -c TEXT ARGS…`: becomes the first command of the script. */
const execlineb: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'qwWeEpPs:S:c:', permute: false });
  if (!options) return call.fail('usage', 100);
  const given = options.value('c');
  const [script = '', ...args] = given === undefined ? options.rest : ['', ...options.rest];
  const text = given ?? call.read(script);
  if (text === undefined) return 111;
  call.world.budget.spendOn(text.length);
  const name = given === undefined ? script : call.name;
  const words = parseScript(text);
  if (words === undefined) return refuseToStart(call, `the script ${name} is not well-formed`, 100);
  const step = {
    program: call.name,
    path: posix.resolve(call.process.cwd, name),
    line: 1,
    text: 'runs the script',
  };
  const via = given === undefined ? [...call.process.via, step] : call.process.via;
  if (options.has('P')) return become(call, words, { via });
  const positionals = [name, ...args];
  const count = options.value('S') ?? options.value('s');
  if (count === undefined) return become(call, words, { via, env: withPositionals(call, positionals) });
  const values = positionalValues((number) => positionals[number] ?? '', args.length, Number(count));
  const shifted = new Map(values);
  if (options.has('s')) shifted.set('@', args.slice(Number(count)));
  return become(call, substitute(words, shifted, call.world.budget) ?? [], { via });
};

/** Without -P the parameters are put into the environment, for `elgetpositionals`. */
function withPositionals(call: Call, positionals: readonly string[]): ReadonlyMap<string, string> {
  const numbered = positionals.map((value, number): [string, string] => [String(number), value]);
  return new Map([...call.process.env, ['#', String(positionals.length - 1)], ...numbered]);
}

/** execline: a language whose every word of control is a program. */
export const execline: Readonly<Record<string, Tool>> = {
  execlineb,
  ...commands,
  ...variables,
  ...loops,
  redirfd: redirectFd,
  eltest: test,
  's6-test': test,
  's6-expr': expr,
};
