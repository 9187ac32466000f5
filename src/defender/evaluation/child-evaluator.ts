import { type ChildProcess, fork } from 'node:child_process';
import type { LiveProfile } from '../../policy/live-profile.ts';
import type { Evaluator } from './evaluator.ts';
import type { EvaluationRequest } from './request.ts';

/** What goes to the child, and what comes back for it. */
export interface EvaluationMessage {
  number: number;
  request: EvaluationRequest;
}

export type EvaluationAnswer =
  /** What it says first: names of all programs that its packs recognise. */
  | { programs: string[] }
  | { number: number; profile: LiveProfile }
  /** A person's words for why there is none. */
  | { number: number; error: string };

export interface ChildOptions {
  /** The program and its arguments that make this program evaluate (`evaluateCommand`). */
  command: readonly string[];
  /** Milliseconds that one evaluation may take. */
  deadline?: number;
  /** Milliseconds without work after which the child ends. */
  idle?: number;
}

interface Waiting {
  resolve: (profile: LiveProfile) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** Of the child's heap, MiB: config files of a container may be large, and are hostile. */
const heap = 256;

/**
 * Evaluates in a process that may die: config files come from containers, and the host must not suffer from what they
 * do to a parser. It is started when it is needed, and ends when it was not needed for a while.
 */
export function evaluatorInChild({ command, deadline = 20_000, idle = 15_000 }: ChildOptions): Evaluator {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let rest: NodeJS.Timeout | undefined;
  let count = 0;
  let programs: ReadonlySet<string> | undefined;

  const start = (): ChildProcess => {
    const [program = '', ...args] = command;
    const started = fork(program, args, {
      execArgv: [`--max-old-space-size=${heap}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    started.on('message', (answer: EvaluationAnswer) => {
      if ('programs' in answer) {
        programs = new Set(answer.programs);
        return;
      }
      const found = take(answer.number);
      if ('profile' in answer) found?.resolve(answer.profile);
      else found?.reject(new Error(answer.error));
    });
    const lost = () => {
      if (child !== started) return;
      child = undefined;
      for (const number of [...waiting.keys()])
        take(number)?.reject(new Error('the evaluation ended without a result'));
    };
    started.on('exit', lost).on('error', lost);
    return started;
  };

  const take = (number: number): Waiting | undefined => {
    const found = waiting.get(number);
    waiting.delete(number);
    clearTimeout(found?.timer);
    if (waiting.size === 0) rest = setTimeout(close, idle).unref();
    return found;
  };

  const close = () => {
    clearTimeout(rest);
    child?.kill('SIGKILL');
  };

  return {
    mayKnow: (names) => programs === undefined || names.some((name) => programs?.has(name)),
    evaluate: (request) =>
      new Promise((resolve, reject) => {
        clearTimeout(rest);
        child ??= start();
        const number = ++count;
        // What it was busy with is lost too, and asked for again where it is still wanted.
        const timer = setTimeout(() => child?.kill('SIGKILL'), deadline).unref();
        waiting.set(number, { resolve, reject, timer });
        child.send({ number, request } satisfies EvaluationMessage);
      }),
    close,
  };
}
