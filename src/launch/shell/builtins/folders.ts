import { posix } from 'node:path';
import { isUnknown } from '../../../model/unknown.ts';
import type { Status } from '../../texts.ts';
import type { Shell } from '../shell.ts';
import type { Builtin } from './builtin.ts';

/** `cd`: the folder as the user sees it, links not followed, unless `-P`. */
const cd: Builtin = {
  run(shell, args) {
    const operands = args.filter((arg) => !/^-[LPe@]+$|^--$/.test(arg));
    const target = operands[0] ?? shell.vars.text('HOME') ?? '';
    const isBack = target === '-';
    const to = isBack ? (shell.vars.text('OLDPWD') ?? '') : target;
    const status = changeTo(shell, to, args.includes('-P'));
    if (isBack && status === 0) shell.io.out.write(`${shell.cwd}\n`);
    return status;
  },
};

function changeTo(shell: Shell, to: string, physical: boolean): Status {
  if (to === '') return 0;
  const path = isUnknown(to) ? to : posix.resolve(shell.cwd, to);
  const found = shell.world.files.look(shell.path(to));
  if (typeof found === 'object' && found.type !== 'directory') return failed(shell, to, 'Not a directory');
  if (found === 'missing') return failed(shell, to, 'No such file or directory');
  shell.vars.set('OLDPWD', shell.cwd);
  shell.cwd = physical && typeof found === 'object' ? found.path : path;
  shell.vars.set('PWD', shell.cwd);
  return found === 'unknown' && shell.conditions > 0 ? undefined : 0;
}

function failed(shell: Shell, to: string, why: string): Status {
  shell.error(`cd: ${to}: ${why}`);
  return shell.dialect === 'dash' ? 2 : 1;
}

const pushd: Builtin = {
  dialects: ['bash'],
  run(shell, args) {
    const before = shell.cwd;
    const status = changeTo(shell, args.at(-1) ?? '', false);
    if (status === 0) shell.folders = [before, ...shell.folders];
    return status;
  },
};

const popd: Builtin = {
  dialects: ['bash'],
  run(shell) {
    const [top, ...rest] = shell.folders;
    if (top === undefined) return 1;
    shell.folders = rest;
    return changeTo(shell, top, false);
  },
};

export const folderBuiltins: Readonly<Record<string, Builtin>> = {
  cd,
  chdir: cd,
  pwd: {
    run(shell, args) {
      const found = args.includes('-P') ? shell.world.files.look(shell.cwd) : undefined;
      shell.io.out.write(`${typeof found === 'object' ? found.path : shell.cwd}\n`);
      return 0;
    },
  },
  pushd,
  popd,
  dirs: { dialects: ['bash'], run: () => 0 },
};
