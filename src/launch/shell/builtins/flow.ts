import { findJob, kill } from '../../jobs.ts';
import { ExitShell, LoopJump, NeverEnds, ReturnFrom } from '../../jumps.ts';
import type { Status } from '../../texts.ts';
import type { Job } from '../../world.ts';
import { numberOf, type Shell } from '../shell.ts';
import type { Builtin } from './builtin.ts';

/** The status that `exit` and `return` are given. */
function givenStatus(shell: Shell, arg: string | undefined): Status {
  if (arg === undefined) return shell.status;
  const number = numberOf(arg);
  return number === undefined ? undefined : number & 255;
}

/** The status of a script or function that ends comes about by the condition around. */
function noteCause({ world }: Shell): void {
  world.asks = world.decisions.enclosing.at(-1)?.asks ?? false;
}

function jumpBy(kind: 'break' | 'continue'): Builtin {
  return {
    run(shell, [levels = '1']) {
      if (shell.loops === 0) return 0;
      throw new LoopJump(kind, Math.max(1, numberOf(levels) ?? 1));
    },
  };
}

/** Waits for background processes, and gives the status of the one named: for ever when it does not end. */
const wait: Builtin = {
  run(shell, args) {
    const pids = args.filter((arg) => !arg.startsWith('-'));
    const children = shell.world.jobs.filter(({ isChild }) => isChild);
    const waited = pids.length === 0 ? children : pids.flatMap((pid) => findJob(shell.world, pid) ?? []);
    if (args.includes('-n')) return waitForAny(waited);
    if (waited.some(({ ends }) => !ends)) throw new NeverEnds();
    return pids.length === 0 ? 0 : (waited.at(-1)?.status ?? 0);
  },
};

/** `wait -n`: the first that ends. */
function waitForAny(jobs: readonly Job[]): Status {
  const ended = jobs.find(({ ends }) => ends);
  if (ended === undefined && jobs.length > 0) throw new NeverEnds();
  return ended === undefined ? 127 : ended.status;
}

const evaluate: Builtin = {
  run: (shell, args, tail) => {
    const text = args.join(' ');
    return shell.evaluator.text(shell, text, shell.unit.path, shell.line, tail);
  },
};

export const flowBuiltins: Readonly<Record<string, Builtin>> = {
  ':': { run: () => 0 },
  true: { run: () => 0 },
  false: { run: () => 1 },
  break: jumpBy('break'),
  continue: jumpBy('continue'),
  exit: {
    run(shell, [arg]) {
      noteCause(shell);
      return shell.exit(givenStatus(shell, arg));
    },
  },
  return: {
    run(shell, [arg]) {
      const status = givenStatus(shell, arg);
      noteCause(shell);
      if (shell.frames.length > 0) throw new ReturnFrom(status);
      // Outside of functions and sourced files bash refuses it and goes on, the others end.
      if (shell.dialect !== 'bash') throw new ExitShell(status);
      shell.error("return: can only `return' from a function or sourced script");
      return 1;
    },
  },
  eval: evaluate,
  wait,
  kill: { run: ({ world }, args) => (/^-[lL]/.test(args[0] ?? '') ? 0 : kill(world, args)) },
  trap: { run: () => 0 },
  times: { run: () => 0 },
  jobs: { run: () => 0 },
  fg: { run: () => 1 },
  bg: { run: () => 1 },
  disown: { dialects: ['bash'], run: () => 0 },
};
