import { evaluate, type Value } from '../pack/expressions.ts';
import type { CombineStep } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { type Candidate, factNames } from './candidates.ts';
import { placeOf, Refusal } from './reasons.ts';
import { nested } from './scope.ts';
import { unique } from './trail.ts';

/** Turns the sockets that config asks for into those that the program opens, by the pack's steps. Throws Refusal. */
export function combine(app: AppReading, candidates: readonly Candidate[]): Candidate[] {
  let result = [...candidates];
  for (const step of app.context.pack.combine ?? []) {
    result = [...groupBy(result, step.within).values()].flatMap((group) => combineGroup(app, step, group));
  }
  return result;
}

function groupBy(candidates: readonly Candidate[], facts: readonly string[]): Map<string, Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = facts.map((name) => String(candidate.facts[name])).join('\0');
    const group = groups.get(key);
    if (group) group.push(candidate);
    else groups.set(key, [candidate]);
  }
  return groups;
}

function combineGroup(app: AppReading, step: CombineStep, group: readonly Candidate[]): Candidate[] {
  const refuse = step.unchecked && app.isCheck ? undefined : step.refuse;
  if (refuse !== undefined && group.length > 1) refuseSome(app, step, refuse, group);
  if (step.unite !== undefined && group.length > 1) {
    app.context.reach?.(step, 'unite');
    return [unite(group, step.unite)];
  }
  return step.drop === undefined || group.length === 1 ? [...group] : dropSome(app, step, step.drop, group);
}

/** In the group's order, so that a socket can be left out because of those that came first and stayed. */
function dropSome(
  app: AppReading,
  step: CombineStep,
  drop: string,
  group: readonly Candidate[],
): Candidate[] {
  const kept: Candidate[] = [];
  const all: Value[] = group.map(({ facts }) => facts);
  const before: Value[] = [];
  for (const self of group) {
    if (evaluate(drop, nested(factNames(app, self, all), { before })) === true) {
      app.context.reach?.(step, 'drop');
      continue;
    }
    kept.push(self);
    before.push(self.facts);
  }
  return kept;
}

function refuseSome(app: AppReading, step: CombineStep, refuse: string, group: readonly Candidate[]): void {
  const certain = group.filter(({ isCertain }) => isCertain);
  if (certain.length < 2) return;
  const all: Value[] = certain.map(({ facts }) => facts);
  for (const self of certain) {
    if (evaluate(refuse, factNames(app, self, all)) !== true) continue;
    app.context.reach?.(step, 'refuse');
    const { message = 'an address is used twice' } = step;
    const { address, port, path, evidence } = self.listener;
    throw new Refusal(`${message}: ${path ?? `${address}:${port}`}${placeOf(evidence[0])}`);
  }
}

/** One socket for several lines that ask for it: the first, with the evidence of all. */
function unite(group: readonly Candidate[], facts: readonly string[]): Candidate {
  const [first] = group as [Candidate];
  const united = { ...first.facts };
  for (const name of facts) united[name] = group.some((candidate) => candidate.facts[name] === true);
  const certainty = group.some(({ listener }) => listener.certainty === 'certain') ? 'certain' : 'possible';
  const evidence = unique(group.flatMap(({ listener }) => listener.evidence));
  const isCertain = group.some((candidate) => candidate.isCertain);
  return { listener: { ...first.listener, certainty, evidence }, facts: united, isCertain };
}
