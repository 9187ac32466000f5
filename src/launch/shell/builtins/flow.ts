import { endJob, findJob } from '../../jobs.ts';
import { ExitShell, LoopJump, NeverEnds, ReturnFrom } from '../../jumps.ts';
import type { Status } from '../../texts.ts';
import { numberOf, type Shell } from '../shell.ts';
import type { Builtin } from './builtin.ts';

/** The status that `exit` and `return` are given. */
function givenStatus(shell: Shell, arg: string | undefined): Status {
  if (arg === undefined) return shell.status;
  const number = numberOf(arg);
  return number === undefined ? undefined : number & 255;
}

function jumpBy(kind: 'break' | 'continue'): Builtin {
  return {
    run(shell, [levels = '1']) {
      if (shell.loops === 0) return 0;
      throw new LoopJump(kind, Math.max(1, numberOf(levels) ?? 1));
    },
  };
}

/** Waits for background processes: for ever when one of them does not end. */
const wait: Builtin = {
  run(shell, args) {
    const pids = args.filter((arg) => !arg.startsWith('-'));
    const { jobs } = shell.world;
    const waited = pids.length === 0 ? jobs : pids.flatMap((pid) => findJob(shell.world, pid) ?? []);
    const goesOn = args.includes('-n')
      ? waited.length > 0 && waited.every(({ ends }) => !ends)
      : waited.some(({ ends }) => !ends);
    if (goesOn) throw new NeverEnds();
    return 0;
  },
};

/** Ends a background process that the script has started; signal 0 only asks whether it runs. */
const kill: Builtin = {
  run(shell, args) {
    if (args.includes('-0') || args[0] === '-l') return 0;
    const pids = args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-s');
    for (const pid of pids) {
      const job = findJob(shell.world, pid) ?? (/^%/.test(pid) ? shell.world.jobs.at(-1) : undefined);
      if (job) endJob(shell.world, job);
    }
    return 0;
  },
};

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
  exit: { run: (shell, [arg]) => shell.exit(givenStatus(shell, arg)) },
  return: {
    run(shell, [arg]) {
      const status = givenStatus(shell, arg);
      if (shell.frames.length > 0) throw new ReturnFrom(status);
      // Outside of functions and sourced files bash refuses it and goes on, the others end.
      if (shell.dialect !== 'bash') throw new ExitShell(status);
      shell.error("return: can only `return' from a function or sourced script");
      return 1;
    },
  },
  eval: evaluate,
  wait,
  kill,
  trap: { run: () => 0 },
  times: { run: () => 0 },
  jobs: { run: () => 0 },
  fg: { run: () => 1 },
  bg: { run: () => 1 },
  disown: { dialects: ['bash'], run: () => 0 },
};
