import type { Pack } from '../../pack/schema.ts';
import type { LiveProfile } from '../../policy/live-profile.ts';
import { evaluateLive } from './evaluate-live.ts';
import type { EvaluationRequest } from './request.ts';

/** Works out profiles of running containers. Rejects when the process is gone, or when it took too long. */
export interface Evaluator {
  evaluate(request: EvaluationRequest): Promise<LiveProfile>;
  close(): void;
}

/** In this process: for one look around, and for tests. */
export function evaluatorHere(packs: readonly Pack[]): Evaluator {
  return {
    evaluate: async (request) => evaluateLive(request, packs),
    close: () => {},
  };
}
