import type { Pack } from '../../pack/schema.ts';
import type { LiveProfile } from '../../policy/live-profile.ts';
import { evaluateLive } from './evaluate-live.ts';
import type { EvaluationRequest } from './request.ts';

/** Works out profiles of running containers. Rejects when the process is gone, or when it took too long. */
export interface Evaluator {
  evaluate(request: EvaluationRequest): Promise<LiveProfile>;
  /** Whether a pack may know a program by one of these names; true as long as that is not known. */
  mayKnow(names: readonly string[]): boolean;
  close(): void;
}

/** In this process: for one look around, and for tests. */
export function evaluatorHere(packs: readonly Pack[]): Evaluator {
  const known = new Set(programNames(packs));
  return {
    mayKnow: (names) => names.some((name) => known.has(name)),
    evaluate: async (request) => evaluateLive(request, packs),
    close: () => {},
  };
}

/** The names of all programs that packs recognise. */
export function programNames(packs: readonly Pack[]): string[] {
  return packs.flatMap(({ recognise = [] }) => recognise.flatMap(({ program }) => program));
}
