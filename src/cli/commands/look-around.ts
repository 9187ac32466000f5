import { Defender, type DefenderOptions, type Sighting } from '../../defender/defender.ts';
import { evaluatorHere } from '../../defender/evaluation/evaluator.ts';
import { openWorkloads } from '../../defender/workloads.ts';
import type { Pack } from '../../pack/schema.ts';
import type { RuntimeDescription } from '../../runtime/runtimes.ts';
import type { Level } from '../../sensor/level.ts';
import type { Io } from '../io.ts';

/** All that one look at this host tells. */
export interface Surroundings {
  level: Level;
  runtimes: RuntimeDescription[];
  sightings: readonly Sighting[];
  /** What could not be seen or known. */
  problems: string[];
}

/** Looks once at every socket of this host and judges it. */
export async function lookAround(packs: readonly Pack[], env: Io['env']): Promise<Surroundings> {
  const problems: string[] = [];
  const onProblem: DefenderOptions['onProblem'] = (text) => problems.push(text);
  const workloads = await openWorkloads(env, onProblem);
  const defender = new Defender({
    evaluator: evaluatorHere(packs),
    workloads,
    onSighting: () => {},
    onProblem,
  });
  try {
    await defender.start();
    return { level: defender.level, runtimes: workloads.describe(), sightings: defender.sightings, problems };
  } finally {
    await defender.stop();
    workloads.close();
  }
}
