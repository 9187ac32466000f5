import type { Status } from '../../texts.ts';
import type { Shell } from '../shell.ts';
import type { Builtin } from './builtin.ts';

/** Names of `set -o` and their letters. */
const letters: Readonly<Record<string, string>> = {
  allexport: 'a',
  errexit: 'e',
  noglob: 'f',
  hashall: 'h',
  monitor: 'm',
  noexec: 'n',
  nounset: 'u',
  verbose: 'v',
  xtrace: 'x',
  noclobber: 'C',
  errtrace: 'E',
  functrace: 'T',
  physical: 'P',
  pipefail: 'pipefail',
  posix: 'posix',
  vi: 'vi',
  emacs: 'emacs',
  ignoreeof: 'ignoreeof',
  'interactive-comments': 'interactive-comments',
  braceexpand: 'B',
  histexpand: 'H',
  privileged: 'p',
  notify: 'b',
  nolog: 'nolog',
  keyword: 'k',
  onecmd: 't',
  history: 'history',
};

/** Turns an option on or off; false when the shell does not know it. */
export function setOption(shell: Shell, name: string, on: boolean): boolean {
  const option = name.length === 1 ? name : letters[name];
  const unknownToDash =
    shell.dialect === 'dash' && /^(pipefail|posix|E|T|P|B|H|p|k|t|history|h)$/.test(option ?? '');
  if (option === undefined || unknownToDash) return false;
  shell.setOption(option, on);
  return true;
}

/** Reads options like `-eux -o pipefail`; gives the index behind them, or undefined on an unknown one. */
export function readOptions(shell: Shell, args: readonly string[]): number | undefined {
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] as string;
    if (!/^[-+]./.test(arg) || arg === '--') break;
    for (const letter of arg.slice(1)) {
      const name = letter === 'o' ? args[++at] : letter;
      if (name !== undefined && !setOption(shell, name, arg.startsWith('-'))) return undefined;
    }
  }
  return at;
}

const set: Builtin = {
  run(shell, args) {
    if (args.length === 0) return listVariables(shell);
    const at = readOptions(shell, args);
    if (at === undefined) {
      shell.error(`set: invalid option`);
      // In dash an error of a special builtin ends the script.
      return shell.dialect === 'dash' ? shell.exit(2) : 2;
    }
    const rest = args.slice(at);
    if (rest[0] === '--' || rest[0] === '-') shell.positional = rest.slice(1);
    else if (rest.length > 0) shell.positional = rest;
    return 0;
  },
};

function listVariables(shell: Shell): Status {
  for (const name of shell.vars.names.sort()) {
    const text = shell.vars.text(name);
    if (text !== undefined) shell.io.out.write(`${name}='${text.replace(/'/g, "'\\''")}'\n`);
  }
  return 0;
}

const shopt: Builtin = {
  dialects: ['bash'],
  run(shell, args) {
    const names = args.filter((arg) => !arg.startsWith('-'));
    if (args.some((arg) => /^-\w*q/.test(arg))) return names.every((name) => shell.has(name)) ? 0 : 1;
    for (const name of names) {
      if (args.includes('-s')) shell.setOption(name, true);
      else if (args.includes('-u')) shell.setOption(name, false);
    }
    return 0;
  },
};

const shift: Builtin = {
  run(shell, [count = '1']) {
    const number = Number(count);
    if (!(number <= shell.positional.length)) return shell.dialect === 'dash' ? shell.exit(2) : 1;
    shell.positional = shell.positional.slice(number);
    return 0;
  },
};

const unset: Builtin = {
  run(shell, args) {
    const functions = args[0] === '-f';
    const rest = /^-[fvn]$/.test(args[0] ?? '') ? args.slice(1) : args;
    let status = 0;
    for (const name of rest) {
      const element = /^(\w+)\[(.*)\]$/s.exec(name);
      if (element)
        shell.vars.unsetElement(
          element[1] as string,
          (element[2] as string).replace(/^(['"])(.*)\1$/s, '$2'),
        );
      else if (functions) shell.define(name, undefined);
      else if (shell.vars.get(name)?.readonly) status = 1;
      else if (shell.vars.get(name) === undefined) shell.define(name, undefined);
      else shell.vars.unset(args[0] === '-n' ? name : shell.vars.resolve(name));
    }
    return status;
  },
};

/** Commands whose effect no listener depends on. */
const nothing: Builtin = { run: () => 0 };

export const settingBuiltins: Readonly<Record<string, Builtin>> = {
  set,
  shopt,
  shift,
  unset,
  umask: {
    run(shell, args) {
      if (args.length === 0) shell.io.out.write('0022\n');
      return 0;
    },
  },
  ulimit: {
    run(shell, args) {
      const asks = args.every((arg) => arg.startsWith('-'));
      if (asks) shell.io.out.write('unlimited\n');
      return 0;
    },
  },
  alias: nothing,
  unalias: nothing,
  hash: nothing,
  enable: { ...nothing, dialects: ['bash'] },
  bind: { ...nothing, dialects: ['bash'] },
  complete: { ...nothing, dialects: ['bash'] },
  history: { ...nothing, dialects: ['bash'] },
};
