import { posix } from 'node:path';
import { isUnknown } from '../../model/unknown.ts';
import { inBackground, signal } from '../jobs.ts';
import { readSignal } from '../signals.ts';
import { brief, type Status } from '../texts.ts';
import { findUser } from '../users.ts';
import type { LaunchWithRootfs } from '../world.ts';
import type { Call, Tool } from './call.ts';

/** `xargs`: words of standard input become arguments. */
export const xargs: Tool = (call) => {
  const options = call.optionsOf(call.args, {
    short: '0a:d:E:I:L:n:P:prs:tx',
    long: {
      null: false,
      'arg-file': true,
      delimiter: true,
      replace: true,
      'max-args': true,
      'max-lines': true,
      'max-procs': true,
      'no-run-if-empty': false,
      verbose: false,
    },
    permute: false,
  });
  if (options === undefined) return call.unknown();
  const file = options.value('a', 'arg-file');
  const text = file === undefined ? call.stdin() : (call.read(file) ?? '');
  const words = split(
    text,
    options.has('0', 'null') ? '\0' : options.value('d', 'delimiter'),
    options.has('I', 'replace', 'L'),
  );
  const [first = 'echo', ...args] = options.rest;
  const command = [first, ...args];
  const placeholder = options.value('I', 'replace');
  const size =
    placeholder === undefined && !options.has('L')
      ? Number(options.value('n', 'max-args') ?? Number.POSITIVE_INFINITY)
      : 1;
  if (words.length === 0 && (options.has('r', 'no-run-if-empty') || placeholder !== undefined)) return 0;
  let status: Status = 0;
  let at = 0;
  do {
    call.world.budget.spend();
    const batch = words.slice(at, Number.isFinite(size) ? at + Math.max(1, size) : undefined);
    at += batch.length;
    const argv =
      placeholder === undefined
        ? [...command, ...batch]
        : command.map((word) => word.replaceAll(placeholder, batch[0] ?? ''));
    const result = call.run(argv);
    if (result !== 0) status = result === undefined ? undefined : 123;
  } while (at < words.length);
  return status;
};

function split(text: string, delimiter: string | undefined, byLine: boolean): string[] {
  if (delimiter !== undefined) {
    const separator = delimiter === '\\n' ? '\n' : delimiter;
    const parts = text.split(separator);
    if (parts.at(-1) === '') parts.pop();
    return parts;
  }
  if (isUnknown(text)) return text.trim() === '' ? [] : [text.trim()];
  if (byLine)
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const words = text.match(/(?:[^\s'"\\]|'[^'\n]*'|"[^"\n]*"|\\[\s\S])+/g) ?? [];
  return words.map((word) =>
    word.replace(/'([^'\n]*)'|"([^"\n]*)"|\\([\s\S])/g, (_, a, b, c) => a ?? b ?? c),
  );
}

/** `run-parts DIR`: every executable file whose name is of letters, digits, `-` and `_`, in order. */
export const runParts: Tool = (call) => {
  const options = call.options({
    short: 'a:u:v',
    long: {
      arg: true,
      regex: true,
      test: false,
      list: false,
      verbose: false,
      'exit-on-error': false,
      report: false,
      umask: true,
      reverse: false,
      lsbsysinit: false,
    },
    lenient: true,
  });
  const [folder] = options?.rest ?? [];
  if (options === undefined || folder === undefined || options.has('regex')) return call.unknown();
  for (const name of call.files.list(call.path(folder)) ?? []) {
    const path = posix.join(folder, name);
    if (!/^[A-Za-z0-9_-]+$/.test(name) || !call.files.isFile(call.path(path))) continue;
    if (options.has('test', 'list')) {
      call.out(`${path}\n`);
      continue;
    }
    if (call.files.may(call.path(path), call.process.user, 1) !== true) continue;
    const status = call.run([path, ...options.values('a', 'arg')], {
      condition: options.has('exit-on-error'),
    });
    if (options.has('exit-on-error') && status !== 0) return status;
  }
  return 0;
};

/** `service NAME start` and `invoke-rc.d NAME start`: the script under /etc/init.d. */
export const service: Tool = (call) => {
  // Options are invoke-rc.d's own; what stands behind a service's name is for its script.
  const first = call.args.findIndex((arg) => !arg.startsWith('--'));
  const [name, ...given] = first < 0 ? [] : call.args.slice(first);
  if (name === undefined) return 1;
  const script = `/etc/init.d/${name}`;
  if (!call.files.isFile(script)) return call.fail(`${name}: unrecognized service`);
  const kept = [...call.process.env].filter(([key]) => /^(LANG|LANGUAGE|LC_\w+|TERM)$/.test(key));
  const env = new Map(kept).set('PATH', '/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin');
  const run = (args: readonly string[]) =>
    call.run([script, ...args], { env, cwd: '/', condition: call.process.condition });
  if (given.length === 1 && given[0] === '--full-restart') {
    run(['stop']);
    return run(['start']);
  }
  // The words are not quoted when they are handed on.
  return run(given.flatMap((word) => word.split(/\s+/).filter(Boolean)));
};

/** `start-stop-daemon --start … -- ARGS`: runs the daemon, in the background where it says so. */
export const startStopDaemon: Tool = (call) => {
  const options = call.optionsOf(call.args, {
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
  });
  if (options === undefined) return 1;
  if (options.has('K', 'stop'))
    return stopDaemon(call, options.value('x', 'exec'), options.value('n', 'name'));
  if (!options.has('S', 'start')) return options.has('status', 'T') ? 3 : 0;
  if (options.has('t', 'test')) return 0;
  const program = options.value('a', 'startas') ?? options.value('x', 'exec');
  if (program === undefined) return 1;
  const spec = options.value('c', 'chuid');
  const user = spec === undefined ? call.process.user : findUser(call.files.rootfs, spec);
  const cwd = options.value('d', 'chdir') ?? call.process.cwd;
  const argv = [program, ...options.rest];
  const step = { program: call.name, text: `starts ${brief(argv.join(' '))}` };
  const changes = { user, cwd, via: [...call.process.via, step] };
  if (!options.has('b', 'background')) return call.run(argv, changes);
  inBackground(call.world, brief(argv.join(' ')), () => call.run(argv, { ...changes, role: 'background' }));
  return 0;
};

/** `start-stop-daemon --stop`: ends the servers of a program; by a file of the process id alone, perhaps any. */
function stopDaemon(
  { world, files, process }: Call,
  path: string | undefined,
  name: string | undefined,
): Status {
  const real = path === undefined ? undefined : files.rootfs.find(posix.resolve(process.cwd, path))?.path;
  if (real === undefined && name === undefined) world.doubtServers();
  const isMeant = ({ exe = '', realExe }: LaunchWithRootfs) =>
    real === undefined ? posix.basename(exe) === name : realExe === real;
  world.stop(world.launches.filter(isMeant));
  return 0;
}

/** `kill`, `pkill`, `killall` as programs: which processes they mean can't be known. */
export const kill: Tool = ({ world, args }) => {
  signal(world, undefined, readSignal(args).effect);
  return 0;
};
