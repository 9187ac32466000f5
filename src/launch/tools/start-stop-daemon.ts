import { posix } from 'node:path';
import { inBackground } from '../jobs.ts';
import type { ParsedOptions } from '../options.ts';
import { readSignal } from '../signals.ts';
import { brief, type Status } from '../texts.ts';
import { findUser } from '../users.ts';
import type { LaunchWithRootfs } from '../world.ts';
import type { Call, Tool } from './call.ts';
import { nameOf, processes, signalTo } from './processes.ts';

const spec = {
  short: 'SKTx:a:n:p:u:c:g:r:d:k:N:P:I:bmCO:qotvHVs:1:2:w:R:e:',
  long: {
    start: false,
    stop: false,
    status: false,
    exec: true,
    startas: true,
    name: true,
    pidfile: true,
    user: true,
    chuid: true,
    group: true,
    chroot: true,
    chdir: true,
    umask: true,
    nicelevel: true,
    procsched: true,
    iosched: true,
    background: false,
    'make-pidfile': false,
    'no-close': false,
    output: true,
    quiet: false,
    oknodo: false,
    test: false,
    verbose: false,
    signal: true,
    retry: true,
    env: true,
    stdout: true,
    stderr: true,
    wait: true,
    'remove-pidfile': false,
    notify: false,
    'notify-await': false,
    ppid: true,
    pid: true,
    interpreter: true,
  },
  permute: false,
};

/** `start-stop-daemon`: starts a daemon that does not run yet, ends one, or tells whether it runs. */
export const startStopDaemon: Tool = (call) => {
  const options = call.optionsOf(call.args, spec);
  if (options === undefined) return 1;
  const isTest = options.has('t', 'test');
  if (options.has('K', 'stop')) return isTest ? 0 : stop(call, options);
  if (options.has('T', 'status')) return status(call, options);
  return options.has('S', 'start') && !isTest ? start(call, options) : 0;
};

/** The daemons that all of the options mean; undefined where it can't be known. */
function daemons(call: Call, options: ParsedOptions): LaunchWithRootfs[] | undefined {
  const path = options.value('p', 'pidfile');
  const read = path === undefined ? undefined : call.files.read(call.path(path), call.access);
  const text = read !== undefined && 'text' in read ? read.text.trim() : '';
  const pid = path === undefined ? options.value('pid') : text;
  const isOthers = pid !== undefined && call.files.look(call.path(path ?? '/')) === 'unknown';
  const program = options.value('x', 'exec');
  const real = program && call.files.rootfs.find(posix.resolve(call.process.cwd, program))?.path;
  const name = options.value('n', 'name');
  const user = options.value('u', 'user');
  if (isOthers) return undefined;
  return processes(
    call,
    (launch) =>
      (pid === undefined || launch.pid === pid) &&
      (program === undefined || launch.realExe === real) &&
      (name === undefined || nameOf(launch) === name) &&
      (user === undefined || [launch.user.name, String(launch.user.uid)].includes(user)),
  );
}

function stop(call: Call, options: ParsedOptions): Status {
  const { effect } = readSignal(['-s', options.value('s', 'signal') ?? 'TERM']);
  const status = signalTo(call, daemons(call, options), effect);
  return status === 1 && options.has('o', 'oknodo') ? 0 : status;
}

/** LSB's statuses: 0 it runs, 1 it has left its file, 3 it does not run. */
function status(call: Call, options: ParsedOptions): Status {
  const found = daemons(call, options);
  if (found === undefined) return call.process.condition ? undefined : 0;
  if (found.length > 0) return 0;
  const path = options.value('p', 'pidfile');
  return path !== undefined && call.files.isFile(call.path(path)) ? 1 : 3;
}

function start(call: Call, options: ParsedOptions): Status {
  const program = options.value('a', 'startas') ?? options.value('x', 'exec');
  if (program === undefined) return 1;
  const isNamed = options.has('x', 'exec', 'p', 'pidfile', 'n', 'name');
  if (isNamed && daemons(call, options)?.length) return options.has('o', 'oknodo') ? 0 : 1;
  const spec = options.value('c', 'chuid');
  const user = spec === undefined ? call.process.user : findUser(call.files.rootfs, spec);
  const cwd = options.value('d', 'chdir') ?? call.process.cwd;
  const argv = [program, ...options.rest];
  const step = { program: call.name, text: `starts ${brief(argv.join(' '))}` };
  const changes = { user, cwd, via: [...call.process.via, step] };
  if (!options.has('b', 'background')) return call.run(argv, changes);
  const job = inBackground(
    call.world,
    brief(argv.join(' ')),
    () => call.run(argv, { ...changes, role: 'background' }),
    { isChild: false },
  );
  const file = options.has('m', 'make-pidfile') ? options.value('p', 'pidfile') : undefined;
  if (file !== undefined) call.files.write(call.path(file), `${job.pid}\n`, call.access);
  return 0;
}
