import { posix } from 'node:path';
import { isUnknown } from '../../../model/unknown.ts';
import { defaultPath, findProgram } from '../../program.ts';
import type { Status } from '../../texts.ts';
import type { Shell } from '../shell.ts';
import type { Builtin } from './builtin.ts';

const keywords = new Set(
  'if then elif else fi for while until do done case esac in function select time { } ! [['.split(' '),
);

type IsBuiltin = (shell: Shell, name: string) => boolean;

/** `command`, `type`, `builtin`: which command a name means. */
export function lookupBuiltins(isBuiltin: IsBuiltin): Readonly<Record<string, Builtin>> {
  return {
    command: {
      run(shell, args, tail) {
        const options = args.findIndex((arg) => !/^-[pvV]+$/.test(arg));
        const rest = options < 0 ? [] : args.slice(options);
        const flags = (options < 0 ? args : args.slice(0, options)).join('');
        const names = rest[0] === '--' ? rest.slice(1) : rest;
        if (/[vV]/.test(flags)) return report(shell, names, isBuiltin, flags.includes('V'));
        return names.length === 0 ? 0 : shell.evaluator.command(shell, names, { functions: false, tail });
      },
    },
    builtin: {
      dialects: ['bash'],
      run: (shell, args, tail) => shell.evaluator.command(shell, args, { functions: false, tail }),
    },
    type: {
      run(shell, args) {
        const flags = args.filter((arg) => arg.startsWith('-')).join('');
        const names = args.filter((arg) => !arg.startsWith('-'));
        if (flags.includes('t')) return reportKind(shell, names, isBuiltin);
        if (/[pP]/.test(flags)) return reportPath(shell, names, flags.includes('P'), isBuiltin);
        return report(shell, names, isBuiltin, true);
      },
    },
  };
}

type Kind = { kind: 'keyword' | 'function' | 'builtin' } | { kind: 'file'; path: string };

function kindOf(shell: Shell, name: string, isBuiltin: IsBuiltin): Kind | undefined | 'unknown' {
  if (keywords.has(name)) return { kind: 'keyword' };
  if (shell.functions.has(name)) return { kind: 'function' };
  if (isBuiltin(shell, name)) return { kind: 'builtin' };
  return fileOf(shell, name);
}

function fileOf(shell: Shell, name: string): Kind | undefined | 'unknown' {
  if (isUnknown(name)) return 'unknown';
  const path = shell.vars.text('PATH') ?? defaultPath;
  const program = findProgram(shell.world.files, name, { path, cwd: shell.cwd, user: shell.user });
  if (program.kind === 'unknown') return 'unknown';
  if (program.kind === 'missing' || program.kind === 'not-executable') return undefined;
  return { kind: 'file', path: name.includes('/') ? name : posix.normalize(program.path) };
}

function report(shell: Shell, names: readonly string[], isBuiltin: IsBuiltin, verbose: boolean): Status {
  let status: Status = 0;
  for (const name of names) {
    const kind = kindOf(shell, name, isBuiltin);
    if (kind === 'unknown') return undefined;
    if (kind === undefined) {
      status = 1;
      shell.error(`${name}: not found`);
      continue;
    }
    const path = kind.kind === 'file' ? kind.path : name;
    shell.io.out.write(verbose ? `${name} is ${describe(kind)}\n` : `${path}\n`);
  }
  return status === 1 && shell.dialect !== 'bash' ? 127 : status;
}

function describe(kind: Kind): string {
  switch (kind.kind) {
    case 'file':
      return kind.path;
    case 'keyword':
      return 'a shell keyword';
    case 'function':
      return 'a function';
    case 'builtin':
      return 'a shell builtin';
  }
}

function reportKind(shell: Shell, names: readonly string[], isBuiltin: IsBuiltin): Status {
  let status: Status = 0;
  for (const name of names) {
    const kind = kindOf(shell, name, isBuiltin);
    if (kind === 'unknown') return undefined;
    if (kind === undefined) status = 1;
    else shell.io.out.write(`${kind.kind}\n`);
  }
  return status;
}

function reportPath(shell: Shell, names: readonly string[], always: boolean, isBuiltin: IsBuiltin): Status {
  let status: Status = 0;
  for (const name of names) {
    const kind = always ? fileOf(shell, name) : kindOf(shell, name, isBuiltin);
    if (kind === 'unknown') return undefined;
    if (kind === undefined) status = 1;
    else if (kind.kind === 'file') shell.io.out.write(`${kind.path}\n`);
  }
  return status;
}
