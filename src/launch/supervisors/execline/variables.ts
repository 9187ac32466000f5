import { isUnknown, unknown } from '../../../model/unknown.ts';
import { Buffer as Pipe } from '../../io.ts';
import type { Status } from '../../texts.ts';
import type { Call, Tool } from '../../tools/call.ts';
import { findUser } from '../../users.ts';
import { become, withBlock, withVariable } from './commands.ts';
import { takeBlock } from './parse.ts';
import { substitute, transform, transformLetters, type Values } from './substitute.ts';

/** The values that a command puts in, and the words behind it; a status where it ends instead. */
type Found =
  | { values: Values; rest: readonly string[]; env?: ReadonlyMap<string, string> }
  | { status: Status };

function substituting(find: (call: Call, args: readonly string[]) => Found): Tool {
  return (call) => {
    const found = find(call, call.args);
    if ('status' in found) return found.status;
    const argv = substitute(found.rest, found.values, call.world.budget);
    if (argv === undefined) return call.fail('too many words', 111);
    return become(call, argv, found.env ? { env: found.env } : {});
  };
}

function define(call: Call, args: readonly string[]): Found {
  const options = call.optionsOf(args, { short: transformLetters, permute: false });
  const [key, value, ...rest] = options?.rest ?? [];
  if (!options || key === undefined || value === undefined) return { status: call.fail('usage', 100) };
  return { values: new Map([[key, transform(value, options)]]), rest };
}

/** `importas KEY VARIABLE`: an unset variable is no word, ends it (-i), or has a default (-D). */
function importAs(call: Call, args: readonly string[]): Found {
  const options = call.optionsOf(args, { short: `${transformLetters}iuSD:`, permute: false });
  if (!options) return { status: call.fail('usage', 100) };
  const [key, ...words] = options.rest;
  const [variable, ...rest] = options.has('S') ? options.rest : words;
  if (key === undefined || variable === undefined) return { status: call.fail('usage', 100) };
  const env = options.has('u') ? { env: withVariable(call, variable, undefined) } : {};
  const value = call.process.env.get(variable);
  if (value !== undefined) return { values: new Map([[key, transform(value, options)]]), rest, ...env };
  if (options.has('i')) return { status: call.fail(`${variable} not set`, 100) };
  const otherwise = options.value('D');
  return { values: new Map([[key, otherwise === undefined ? [] : [otherwise]]]), rest, ...env };
}

function elglob(call: Call, args: readonly string[]): Found {
  const options = call.optionsOf(args, { short: 'vwsme0', permute: false });
  const [key, pattern, ...rest] = options?.rest ?? [];
  if (!options || key === undefined || pattern === undefined) return { status: call.fail('usage', 100) };
  const found = call.files.rootfs.glob(call.path(pattern)).map((path) => relative(call, pattern, path));
  return { values: new Map([[key, found.length > 0 || options.has('0') ? found : [pattern]]]), rest };
}

function relative(call: Call, pattern: string, path: string): string {
  const cwd = call.process.cwd === '/' ? '/' : `${call.process.cwd}/`;
  return !pattern.startsWith('/') && path.startsWith(cwd) ? path.slice(cwd.length) : path;
}

/** The positional parameters that execlineb left in the environment. */
function positionals(call: Call, args: readonly string[]): Found {
  const options = call.optionsOf(args, { short: 'P:', permute: false });
  const { env } = call.process;
  const count = Number(env.get('#') ?? Number.NaN);
  if (!options || Number.isNaN(count) || count > 1_000) return { status: call.fail('usage', 100) };
  const at = (number: number) => env.get(String(number)) ?? '';
  return { values: positionalValues(at, count, Number(options.value('P') ?? 0)), rest: options.rest };
}

/** `$#`, `$0` and so on, and `$@`, which is all of them. */
export function positionalValues(at: (number: number) => string, count: number, least: number): Values {
  const numbers = Array.from({ length: Math.max(count, least) + 1 }, (_, number) => number);
  const values = new Map<string, readonly string[]>(numbers.map((number) => [String(number), [at(number)]]));
  values.set('#', [String(count)]);
  return values.set('@', numbers.slice(1, count + 1).map(at));
}

const parallel: Readonly<Record<string, (call: Call, args: readonly string[]) => Found>> = {
  define,
  importas: importAs,
  import: (call, args) => importAs(call, ['-S', ...args]),
  elglob,
  elgetpositionals: positionals,
};

/** `multisubstitute { define … importas … } PROG`: all at once, so that no value is looked at again. */
const multisubstitute: Tool = (call) => {
  const found = takeBlock(call.args);
  if (!found) return call.fail('usage', 100);
  let directives: readonly string[] = found.block;
  const values = new Map<string, readonly string[]>();
  while (directives.length > 0) {
    const [name = '', ...args] = directives;
    const one = parallel[name]?.(call, args);
    if (!one) return call.fail(`syntax error at directive ${name}`, 100);
    if ('status' in one) return one.status;
    for (const [key, value] of one.values) values.set(key, value);
    directives = one.rest;
  }
  const argv = substitute(found.rest, values, call.world.budget);
  return argv === undefined ? call.fail('too many words', 111) : become(call, argv);
};

/** `backtick [-i|-I|-x|-D DEFAULT] VARIABLE { PROG… } REST…`: the output becomes a variable, without its last newline. */
const backtick: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: `${transformLetters}iIxeED:`, permute: false });
  const [variable, ...words] = options?.rest ?? [];
  const found = takeBlock(words);
  if (!options || variable === undefined || !found) return call.fail('usage', 100);
  const out = new Pipe();
  const status = call.run(found.block, { io: call.process.io.with([[1, out]]) });
  if (status !== 0 && status !== undefined && (options.has('i') || options.has('x'))) return status;
  const keeps = options.options.findLast(({ name }) => name === 'n' || name === 'N')?.name === 'N';
  const text = keeps ? out.text : out.text.replace(/\n$/, '');
  const value = status !== 0 && status !== undefined ? (options.value('D') ?? text) : text;
  if (options.has('E')) {
    const argv = substitute(found.rest, new Map([[variable, transform(value, options)]]), call.world.budget);
    return argv === undefined ? 111 : become(call, argv);
  }
  return become(call, found.rest, { env: withVariable(call, variable, value) });
};

const withStdinAs: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'nNiIe!D:', permute: false });
  const [variable, ...rest] = options?.rest ?? [];
  if (variable === undefined) return call.fail('usage', 100);
  return become(call, rest, { env: withVariable(call, variable, call.stdin().replace(/\n$/, '')) });
};

const homeOf: Tool = (call) => {
  const { home, uid } = findUser(call.files.rootfs, call.args[0] ?? '');
  if (uid === undefined) return 1;
  call.out(`${home}\n`);
  return 0;
};

/** A variable that gets a value which the command finds out itself: `getcwd VARIABLE PROG…`. */
function finding(value: (call: Call) => string): Tool {
  return (call) => {
    const options = call.optionsOf(call.args, { short: 'EP', permute: false });
    const [variable, ...rest] = options?.rest ?? [];
    if (!options || variable === undefined) return call.fail('usage', 100);
    if (!options.has('E')) return become(call, rest, { env: withVariable(call, variable, value(call)) });
    return become(call, substitute(rest, new Map([[variable, [value(call)]]]), call.world.budget) ?? []);
  };
}

const emptyEnv: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'pco', permute: false });
  if (!options) return call.fail('usage', 100);
  const path = call.process.env.get('PATH');
  const env = new Map(options.has('p') && path !== undefined ? [['PATH', path]] : []);
  return become(call, options.rest, { env });
};

/** `case VALUE { REGEX { PROG… } … } REST…`: the first that matches; its own program runs, or else the rest. */
const caseOf: Tool = (call) => {
  const options = call.optionsOf(call.args, { short: 'sSeEnNi', permute: false });
  const [value, ...words] = options?.rest ?? [];
  const found = takeBlock(words);
  if (!options || value === undefined || !found) return call.fail('usage', 100);
  if (isUnknown(value)) return call.unknown();
  for (let at: readonly string[] = found.block; at.length > 0; ) {
    const [pattern = '', ...behind] = at;
    const branch = takeBlock(behind);
    if (!branch) return call.fail('usage', 100);
    if (isLiteral(pattern) ? pattern === value : pattern === '.*') return become(call, branch.block);
    at = branch.rest;
  }
  return become(call, found.rest);
};

/** Without signs that mean something in a regular expression. */
function isLiteral(pattern: string): boolean {
  return /^[\w/ :=@-]*$/.test(pattern);
}

/** Commands that change words, variables and streams of what they become. */
export const variables: Readonly<Record<string, Tool>> = {
  define: substituting(define),
  importas: substituting(importAs),
  import: substituting((call, args) => importAs(call, ['-S', ...args])),
  elglob: substituting(elglob),
  elgetpositionals: substituting(positionals),
  multisubstitute,
  backtick,
  withstdinas: withStdinAs,
  homeof: homeOf,
  getcwd: finding((call) => call.process.cwd),
  getpid: finding(() => unknown('the process id')),
  emptyenv: emptyEnv,
  case: caseOf,
  unexport: (call) => {
    const [name = '', ...rest] = call.args;
    return become(call, rest, { env: withVariable(call, name, undefined) });
  },
  runblock: withBlock('Pnr', (call, block) => become(call, block)),
  heredoc: (call) => {
    const options = call.optionsOf(call.args, { short: 'd', permute: false });
    const [fd = '0', text = '', ...rest] = options?.rest ?? [];
    return become(call, rest, { io: call.process.io.with([[Number(fd), new Pipe(text)]]) });
  },
  's6-envuidgid': (call) => {
    const options = call.optionsOf(call.args, { short: 'oiungBDN:', permute: false });
    const [name = '', ...rest] = options?.rest ?? [];
    const { uid, gid, groups } = findUser(call.files.rootfs, name);
    if (uid === undefined) return call.fail(`unknown user ${name}`, 1);
    const ids = { UID: String(uid), GID: String(gid ?? uid), GIDLIST: groups.join(',') };
    return become(call, rest, { env: new Map([...call.process.env, ...Object.entries(ids)]) });
  },
  umask: (call) => become(call, call.args.slice(1)),
  fdblock: (call) => become(call, call.args.filter((arg) => arg !== '-n').slice(1)),
  fdswap: (call) => become(call, call.args.slice(2)),
  tryexec: withBlock('ncla:', (call, block, rest, has) => become(call, has('n') ? rest : block)),
};
