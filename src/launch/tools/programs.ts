import { posix } from 'node:path';
import { shield, unshield } from '../../model/unknown.ts';
import type { Status } from '../texts.ts';
import type { Tool } from './call.ts';

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
  return splitKnown(shield(text), delimiter, byLine).map(unshield);
}

function splitKnown(text: string, delimiter: string | undefined, byLine: boolean): string[] {
  if (delimiter !== undefined) {
    const separator = delimiter === '\\n' ? '\n' : delimiter;
    const parts = text.split(separator);
    if (parts.at(-1) === '') parts.pop();
    return parts;
  }
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
