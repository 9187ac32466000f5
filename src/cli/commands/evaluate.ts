import { setPriority } from 'node:os';
import type { EvaluationAnswer, EvaluationMessage } from '../../defender/evaluation/child-evaluator.ts';
import { evaluateLive } from '../../defender/evaluation/evaluate-live.ts';
import { programNames } from '../../defender/evaluation/evaluator.ts';
import { allPacks } from '../../pack/packs.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';

/** The process in which `watch` evaluates: answers the messages of its parent until that is gone. */
export async function evaluateCommand(folders: readonly string[]): Promise<ExitCode> {
  // Its parent comes first on this host; what strangers wrote does not.
  setPriority(0);
  const packs = await allPacks(folders);
  process.send?.({ programs: programNames(packs) } satisfies EvaluationAnswer);
  process.on('message', ({ number, request }: EvaluationMessage) => {
    process.send?.(answerOf(number, () => evaluateLive(request, packs)));
  });
  await new Promise((resolve) => process.once('disconnect', resolve));
  return exitCode.done;
}

function answerOf(number: number, evaluate: () => ReturnType<typeof evaluateLive>): EvaluationAnswer {
  try {
    return { number, profile: evaluate() };
  } catch (error) {
    return { number, error: (error as Error).message };
  }
}
