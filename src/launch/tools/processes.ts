import { posix } from 'node:path';
import { kill } from '../jobs.ts';
import { posixRegex } from '../regex.ts';
import { readSignal, type SignalEffect } from '../signals.ts';
import type { Status } from '../texts.ts';
import type { LaunchWithRootfs } from '../world.ts';
import type { Call, Tool } from './call.ts';

/** Characters of a process's name that the kernel keeps. */
const nameLength = 15;

/** `kill` as a program. */
export const killProcess: Tool = ({ world, args }) => (/^-[lL]/.test(args[0] ?? '') ? 0 : kill(world, args));

/** Processes of which a script finds out: those that it has started. Undefined where they can't be told from others. */
export function processes(
  { world }: Call,
  isMeant: (launch: LaunchWithRootfs) => boolean | undefined,
): LaunchWithRootfs[] | undefined {
  const running = world.launches.filter(({ pid }) => pid !== undefined);
  const answers = running.map((launch) => (launch.isReady === false ? undefined : isMeant(launch)));
  const found = running.filter((_, index) => answers[index]);
  // A program that nothing is known of may be one of them, or have started it.
  const isDoubtful = answers.includes(undefined) || (found.length === 0 && world.ended.length > 0);
  return isDoubtful ? undefined : found;
}

/** What the kernel calls a process. */
export function nameOf({ exe = '', realExe = exe, argv }: LaunchWithRootfs): string {
  return posix.basename(realExe || (argv[0] ?? '')).slice(0, nameLength);
}

/** `pidof NAME…` */
export const pidof: Tool = (call) => {
  const options = call.options({ short: 'scxqo:S:', lenient: true });
  const names = options?.rest.map((name) => posix.basename(name)) ?? [];
  const found = processes(call, (launch) =>
    names.some((name) => name.slice(0, nameLength) === nameOf(launch)),
  );
  if (found === undefined) return call.unknown();
  if (found.length === 0) return 1;
  if (!options?.has('q')) call.out(`${pidsOf(found).join(' ')}\n`);
  return 0;
};

/** `pgrep PATTERN`: numbers of processes, a line each. */
export const pgrep: Tool = (call) => {
  const found = processesOfPattern(call, call.args);
  if (found === undefined) return call.unknown();
  if (found.length === 0) return 1;
  const isCount = call.args.some((arg) => arg === '-c' || arg === '--count');
  const lines = isCount ? [String(pidsOf(found).length)] : pidsOf(found);
  call.out(lines.map((line) => `${line}\n`).join(''));
  return 0;
};

/** `pkill [-SIGNAL] PATTERN` */
export const pkill: Tool = (call) => {
  const { effect, rest } = readSignal(call.args);
  return signalTo(call, processesOfPattern(call, rest), effect);
};

/** `killall [-SIGNAL] NAME…`: all that have exactly that name. `killall5`: all but those that led here. */
export const killall: Tool = (call) => {
  const { effect, rest } = readSignal(call.args);
  const options = call.optionsOf(rest, {
    short: 'eIgiqrvws:u:y:o:n:Z:',
    long: {
      quiet: false,
      wait: false,
      signal: true,
      user: true,
      exact: false,
      regexp: false,
      verbose: false,
    },
    lenient: true,
  });
  const names = options?.rest.map((name) => posix.basename(name).slice(0, nameLength)) ?? [];
  const given = options?.value('s', 'signal');
  const wanted = given === undefined ? effect : readSignal(['-s', given]).effect;
  const isAll = posix.basename(call.name) === 'killall5';
  return signalTo(
    call,
    processes(call, (launch) => isAll || names.includes(nameOf(launch))),
    wanted,
  );
};

const patternOptions = {
  short: 'ceflnovxwaqd:F:g:G:P:s:t:u:U:r:',
  long: {
    full: false,
    exact: false,
    pidfile: true,
    signal: true,
    user: true,
    euid: true,
    uid: true,
    group: true,
    parent: true,
    count: false,
    delimiter: true,
    newest: false,
    oldest: false,
    inverse: false,
    echo: false,
    'list-name': false,
    'list-full': false,
    'ignore-case': false,
  },
};

/** Processes by a pattern of their name or command line, their user, or a file of a number. */
function processesOfPattern(call: Call, args: readonly string[]): LaunchWithRootfs[] | undefined {
  const options = call.optionsOf(args, patternOptions);
  // Others are about sessions and terminals, of which nothing is known.
  if (options === undefined || options.has('g', 'G', 'P', 'v', 't', 'parent', 'inverse', 'group'))
    return undefined;
  const [pattern] = options.rest;
  const file = options.value('F', 'pidfile');
  const pid = file === undefined ? undefined : (call.read(file)?.trim() ?? '');
  const users = options.values('u', 'U', 'user', 'euid', 'uid').flatMap((list) => list.split(','));
  const isFull = options.has('f', 'full');
  const regex = posixRegex('extended', pattern ?? '', {
    around: options.has('x', 'exact') ? 'line' : undefined,
    ignoreCase: options.has('ignore-case'),
  });
  if (regex === undefined) return undefined;
  return processes(call, (launch) => {
    if (pid !== undefined && launch.pid !== pid) return false;
    const { name, uid } = launch.user;
    if (users.length > 0 && !users.includes(name) && !users.includes(String(uid))) return false;
    return regex.find(isFull ? launch.argv.join(' ') : nameOf(launch)) !== undefined;
  });
}

function pidsOf(launches: readonly LaunchWithRootfs[]): string[] {
  return [...new Set(launches.flatMap(({ pid }) => pid ?? []))];
}

/** Sends a signal; undefined: to processes of which it can't be known whether they are meant. */
export function signalTo(
  call: Call,
  found: readonly LaunchWithRootfs[] | undefined,
  effect: SignalEffect,
): Status {
  const { world } = call;
  if (found === undefined) {
    if (effect === 'ends') world.doubtServers();
    else if (effect === 'reloads') world.reload(world.running);
    return call.process.condition ? undefined : 0;
  }
  if (effect === 'reloads') world.reload(found);
  else if (effect === 'ends') world.stop(found);
  return found.length === 0 ? 1 : 0;
}
