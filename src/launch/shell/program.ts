import { posix } from 'node:path';
import { isUnknown, unknown } from '../../model/unknown.ts';
import { ExitShell, LoopJump, ReturnFrom } from '../jumps.ts';
import type { Process } from '../process.ts';
import { brief, type Status } from '../texts.ts';
import type { World } from '../world.ts';
import { setOption } from './builtins/settings.ts';
import { evaluator } from './evaluator.ts';
import { type Dialect, Shell } from './shell.ts';
import { indexed } from './values.ts';
import { isName } from './variables.ts';

/** Names under which shells are started. */
export const shellNames: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'dash',
  'ash',
  'rbash',
  'ksh',
  'mksh',
  'zsh',
]);

/** Runs a shell: `sh SCRIPT ARGS…`, `sh -c TEXT NAME ARGS…`, or a script from standard input. */
export function runShellProgram(
  world: World,
  process: Process,
  program: { path: string; realPath: string },
): Status {
  const shell = newShell(world, process, dialectOf(world, program.realPath));
  const use = readArguments(shell, process.argv.slice(1));
  if (use === undefined)
    return refused(world, process, `${brief(process.argv.join(' '))}: invalid option`, 2);
  shell.name = use.name ?? process.argv[0] ?? 'sh';
  shell.positional = use.args;
  return ended(() => {
    if (use.login) readProfiles(shell);
    if (use.kind === 'text') return evaluator.text(shell, use.text, shell.name, 1, true);
    if (use.kind === 'stdin') return evaluator.text(shell, shell.io.in.rest(), shell.name, 1, true);
    return runScriptFile(shell, process, use.text);
  });
}

/** The status with which the shell ends. */
function ended(work: () => Status): Status {
  try {
    return work();
  } catch (jump) {
    if (jump instanceof ExitShell || jump instanceof ReturnFrom) return jump.status;
    if (jump instanceof LoopJump) return 0;
    throw jump;
  }
}

function refused(world: World, process: Process, why: string, status: number): Status {
  process.io.err.write(`${why}\n`);
  if (process.role !== 'called') {
    world.find('will-not-start', 'high', why, [{ kind: 'argument', text: brief(process.argv.join(' ')) }]);
  }
  return status;
}

/** What the shell's file says about its kind; where it is only called `sh`, what the distribution uses. */
function dialectOf(world: World, realPath: string): Dialect {
  const name = posix.basename(realPath);
  if (/^dash/.test(name)) return 'dash';
  if (/^(busybox|ash|toybox)/.test(name)) return 'ash';
  if (name !== 'sh') return 'bash';
  if (world.files.look('/etc/alpine-release') !== 'missing') return 'ash';
  return world.files.look('/etc/debian_version') !== 'missing' ? 'dash' : 'bash';
}

function newShell(world: World, process: Process, dialect: Dialect): Shell {
  const unit = {
    path: process.argv[0] ?? 'sh',
    source: '',
    firstLine: 1,
    script: noScript,
    brokenAt: undefined,
  };
  const shell = new Shell(world, world.scripts, evaluator, dialect, process, unit);
  for (const [name, value] of process.env) {
    if (isName(name)) {
      shell.vars.set(name, value);
      shell.vars.declare(name, { exported: true });
    }
  }
  if (dialect === 'bash') shell.foreign = [...process.env].filter(([name]) => !isName(name));
  shell.vars.set('IFS', ' \t\n');
  shell.vars.declare('IFS', { exported: false });
  shell.vars.set('OPTIND', '1');
  shell.vars.set('PWD', process.cwd);
  shell.vars.declare('PWD', { exported: true });
  if (dialect === 'bash') setBashVariables(shell);
  return shell;
}

const noScript = { type: 'Script', pos: 0, end: 0, shebang: undefined, commands: [] } as const;

/** Variables that bash sets itself. The version is that of a current distribution. */
function setBashVariables(shell: Shell): void {
  const level = Number(shell.vars.text('SHLVL') ?? '0') || 0;
  shell.vars.set('SHLVL', String(level + 1));
  shell.vars.declare('SHLVL', { exported: true });
  shell.vars.set('BASH', '/bin/bash');
  shell.vars.set('BASH_VERSION', '5.2.37(1)-release');
  shell.vars.set('BASH_VERSINFO', indexed(['5', '2', '37', '1', 'release', 'x86_64-pc-linux-gnu']));
  shell.vars.set('OSTYPE', 'linux-gnu');
  if (shell.vars.get('HOSTNAME') === undefined) shell.vars.set('HOSTNAME', unknown('$HOSTNAME'));
}

interface Use {
  kind: 'text' | 'script' | 'stdin';
  /** The text, or the script's path. */
  text: string;
  name: string | undefined;
  args: readonly string[];
  login: boolean;
}

const longFlags = new Set(['norc', 'noprofile', 'posix', 'login', 'restricted', 'verbose', 'noediting']);

/** The arguments of a shell; undefined on an option that it does not know. */
function readArguments(shell: Shell, args: readonly string[]): Use | undefined {
  let at = 0;
  let text = false;
  let stdin = false;
  let login = shell.name.startsWith('-');
  for (; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === '--' || arg === '-') {
      at++;
      break;
    }
    if (arg.startsWith('--')) {
      const name = arg.slice(2);
      if (name === 'rcfile' || name === 'init-file') at++;
      else if (!longFlags.has(name)) return undefined;
      login ||= name === 'login';
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    // `c`, `l`, `i` and `s` are known only here; the rest is as for `set`.
    const letters = arg.slice(1);
    text ||= letters.includes('c');
    stdin ||= letters.includes('s');
    login ||= letters.includes('l');
    for (const letter of letters.replace(/[clisDr]/g, '')) {
      if (letter === 'O') at++;
      else if (!setOption(shell, letter === 'o' ? (args[++at] ?? '') : letter, arg.startsWith('-')))
        return undefined;
    }
  }
  const rest = args.slice(at);
  if (text)
    return rest[0] === undefined
      ? undefined
      : { kind: 'text', text: rest[0], name: rest[1], args: rest.slice(2), login };
  if (stdin || rest[0] === undefined) return { kind: 'stdin', text: '', name: undefined, args: rest, login };
  return { kind: 'script', text: rest[0], name: rest[0], args: rest.slice(1), login };
}

/** A login shell reads the system's and the user's profile first. */
function readProfiles(shell: Shell): void {
  const home = shell.vars.text('HOME') ?? shell.user.home;
  const own = shell.dialect === 'bash' ? ['.bash_profile', '.bash_login', '.profile'] : ['.profile'];
  const first = own.map((name) => posix.join(home, name)).find((path) => shell.world.files.isFile(path));
  for (const path of ['/etc/profile', ...(first === undefined ? [] : [first])]) {
    if (shell.world.files.isFile(path)) shell.evaluator.command(shell, ['.', path]);
  }
}

function runScriptFile(shell: Shell, process: Process, script: string): Status {
  const path = locate(shell, script);
  const read = shell.world.files.read(shell.path(path), shell.access);
  if (!('text' in read)) return refused(shell.world, process, `${script}: ${read.error}`, 127);
  if (isUnknown(script) || (isUnknown(read.text) && !read.text.includes('\n'))) {
    shell.world.find('entrypoint-not-followed', 'medium', `the script ${brief(script)} is not known`);
    return process.condition ? undefined : 0;
  }
  const shown = posix.resolve(shell.cwd, path);
  const args = brief(process.argv.slice(process.argv.indexOf(script) + 1).join(' '));
  const text = args === '' ? `runs the script ${shown}` : `runs the script ${shown} with ${args}`;
  shell.via = [...shell.via, { program: shown, text }];
  shell.mainPath = path;
  return evaluator.text(shell, read.text, shown, 1, true);
}

/** A script's name without slash is a file here, or else one on the search path. */
function locate(shell: Shell, script: string): string {
  if (script.includes('/') || shell.world.files.isFile(shell.path(script))) return script;
  const folders = (shell.vars.text('PATH') ?? '').split(':');
  const found = folders
    .map((folder) => posix.join(folder, script))
    .find((path) => shell.world.files.isFile(shell.path(path)));
  return found ?? script;
}
