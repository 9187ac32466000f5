import type { Assignment, Command, CommandArgument, Redirection, Word } from 'unbash';
import type { Io } from '../io.ts';
import { ExitShell, Halt, ReturnFrom } from '../jumps.ts';
import { launchLimits } from '../limits.ts';
import type { Process } from '../process.ts';
import type { Status } from '../texts.ts';
import { joinAdjacent } from './adjacent.ts';
import { assign } from './assign.ts';
import { type Builtin, builtins, declarations } from './builtins/index.ts';
import { redirect } from './redirect.ts';
import { scoped } from './scope.ts';
import type { Shell, ShellFunction } from './shell.ts';
import type { Variable } from './variables.ts';
import { expandWords } from './words.ts';

/** Runs a simple command: expansions, redirections, assignments, then the function, builtin or program. */
export function runCommand(shell: Shell, node: Command, tail: boolean): Status {
  shell.substituted = undefined;
  const assignments = node.prefix.filter((each): each is Assignment => each.type === 'Assignment');
  if (node.name === undefined) return runAssignments(shell, assignments, node.redirects);
  const name = node.name.text;
  if (declarations.has(name) && builtinFor(shell, name) && !shell.functions.has(name)) {
    return runDeclaration(shell, name, node.args, node.redirects);
  }
  const words = [node.name, ...node.args.filter((each): each is Word => each.type === 'Word')];
  const { lacks } = shell.world;
  const argv = expandWords(shell, joinAdjacent(words));
  shell.world.asks = shell.world.lacks > lacks;
  if (argv.length === 0) return runAssignments(shell, assignments, node.redirects);
  if (argv[0] === 'exec') return runExec(shell, argv.slice(1), assignments, node.redirects);
  return withRedirects(shell, node.redirects, () =>
    withAssignments(shell, assignments, () => dispatch(shell, argv, { tail, functions: true, node })),
  );
}

function runAssignments(
  shell: Shell,
  assignments: readonly Assignment[],
  redirects: readonly Redirection[],
): Status {
  if (redirect(shell, redirects) === undefined) return refusedStatus(shell);
  for (const assignment of assignments) {
    if (!assign(shell, assignment)) return shell.exit(refusedStatus(shell));
  }
  return shell.substituted === undefined ? 0 : shell.substituted.status;
}

/** What a redirection or an assignment that can't be carried out gives. */
function refusedStatus(shell: Shell): number {
  return shell.dialect === 'dash' ? 2 : 1;
}

/** Runs `work` with descriptors redirected, and back after it. */
export function withRedirects(shell: Shell, redirects: readonly Redirection[], work: () => Status): Status {
  if (redirects.length === 0) return work();
  const before = shell.io;
  const io = redirect(shell, redirects);
  if (io === undefined) return refusedStatus(shell);
  shell.io = io;
  try {
    return work();
  } finally {
    shell.io = before;
  }
}

/** `NAME=value command`: the variables are set for the command only. */
function withAssignments(shell: Shell, assignments: readonly Assignment[], work: () => Status): Status {
  if (assignments.length === 0) return work();
  const before: [string, Variable | undefined][] = [];
  for (const assignment of assignments) {
    before.push([assignment.name, shell.vars.own(assignment.name)]);
    if (assign(shell, assignment)) shell.vars.declare(assignment.name, { exported: true });
  }
  try {
    return work();
  } finally {
    for (const [name, variable] of before.reverse()) shell.vars.restore(name, variable);
  }
}

/** `export`, `local` and the like: their arguments can be assignments, which are not split. */
function runDeclaration(
  shell: Shell,
  name: string,
  args: readonly CommandArgument[],
  redirects: readonly Redirection[],
): Status {
  const declare = declarations.get(name);
  if (declare === undefined) return 127;
  const items = args.flatMap((arg): (string | Assignment)[] =>
    arg.type === 'Assignment' ? [arg] : expandWords(shell, [arg]),
  );
  return withRedirects(shell, redirects, () => declare(shell, name, items));
}

function builtinFor(shell: Shell, name: string): Builtin | undefined {
  const builtin = builtins.get(name);
  return builtin && (builtin.dialects ?? ['bash', 'ash', 'dash']).includes(shell.dialect)
    ? builtin
    : undefined;
}

/** Runs a command by its words. */
export function dispatch(
  shell: Shell,
  argv: readonly string[],
  options: { tail: boolean; functions: boolean; node?: object },
): Status {
  shell.world.budget.spend(2);
  const name = argv[0] ?? '';
  const defined = options.functions ? shell.functions.get(name) : undefined;
  if (defined) {
    const call = () => callFunction(shell, name, defined, argv.slice(1), options.tail);
    return options.tail ? call() : scoped(shell, defined.node, argv.join(' '), call);
  }
  const builtin = builtinFor(shell, name);
  if (builtin) return builtin.run(shell, argv.slice(1), options.tail);
  const run = (role: Process['role']) => runProgram(shell, argv, { role, env: shell.environment() });
  if (options.tail || !options.node) return run(options.tail ? shell.role : 'called');
  return scoped(shell, options.node, argv.join(' '), () => run('called'));
}

function callFunction(
  shell: Shell,
  name: string,
  { node, unit }: ShellFunction,
  args: readonly string[],
  tail: boolean,
): Status {
  if (shell.frames.length >= launchLimits.nesting) throw new Halt('its functions call each other too deeply');
  const before = { positional: shell.positional, unit: shell.unit, offset: shell.offset, loops: shell.loops };
  const { frames } = shell;
  shell.frames = [...frames, { name, unit, line: shell.line }];
  shell.vars.enterFunction();
  shell.positional = args;
  shell.unit = unit;
  try {
    return shell.evaluator.node(shell, node.body, tail);
  } catch (jump) {
    if (jump instanceof ReturnFrom) return jump.status;
    throw jump;
  } finally {
    shell.vars.leaveFunction();
    shell.frames = frames;
    Object.assign(shell, before);
  }
}

interface ProgramOptions {
  role: Process['role'];
  env: ReadonlyMap<string, string>;
  /** argv[0] where it is not the program's name (`exec -a`). */
  as?: string | undefined;
  io?: Io;
}

/** Runs a program of the image, with a step that says where. */
export function runProgram(shell: Shell, argv: readonly string[], options: ProgramOptions): Status {
  const place = shell.place();
  const step = { program: place.path, path: place.path, line: place.line, text: place.text };
  const [file = '', ...args] = argv;
  return shell.world.run(shell.world, {
    argv: [options.as ?? file, ...args],
    ...(options.as === undefined ? {} : { file }),
    env: options.env,
    cwd: shell.cwd,
    user: shell.user,
    io: options.io ?? shell.io,
    via: [...shell.via, step],
    role: options.role,
    first: shell.first && options.role === 'main',
    applets: shell.applets,
    condition: shell.conditions > 0,
    byShell: true,
    depth: shell.depth + 1,
    origin: shell.origin,
  });
}

/** `exec`: with a command it takes the shell's place, without one its redirections stay. */
function runExec(
  shell: Shell,
  args: readonly string[],
  assignments: readonly Assignment[],
  redirects: readonly Redirection[],
): Status {
  const io = redirect(shell, redirects);
  if (io === undefined) return shell.exit(1);
  shell.io = io;
  const { argv, as, clean } = execOptions(args);
  if (argv.length === 0) return runAssignments(shell, assignments, []);
  return withAssignments(shell, assignments, () => {
    const env = clean ? new Map<string, string>() : shell.environment();
    const { failure } = shell.world;
    const status = runProgram(shell, argv, { role: shell.role, env, as, io });
    // A script that took this shell's place has told itself why it failed.
    if (shell.world.failure !== failure) throw new ExitShell(status);
    return shell.exit(status);
  });
}

function execOptions(args: readonly string[]): {
  argv: readonly string[];
  as?: string | undefined;
  clean: boolean;
} {
  let as: string | undefined;
  let clean = false;
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === '--') return { argv: args.slice(at + 1), as, clean };
    if (arg === '-a') as = args[++at];
    else if (/^-[cl]+$/.test(arg)) clean ||= arg.includes('c');
    else break;
  }
  return { argv: args.slice(at), as, clean };
}
