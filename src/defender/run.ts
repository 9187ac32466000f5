import { type Audits, openAudits } from '../audit/audits.ts';
import { BerthwatchError } from '../base/errors.ts';
import type { Verdict } from '../model/audit.ts';
import type { Settings } from './config/settings.ts';
import { Defender, type Sighting } from './defender.ts';
import type { Evaluator } from './evaluation/evaluator.ts';
import { type DefenderState, serveMetrics } from './metrics.ts';
import { toAudit } from './to-audit.ts';
import { openWorkloads } from './workloads.ts';

export interface RunOptions {
  settings: Settings;
  evaluator: Evaluator;
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  /** Something was judged, or is gone: for who shows the present state. */
  onChange: () => void;
  /** A person's words. */
  onProblem: (text: string) => void;
}

/** A defender with all that belongs to it: workloads, audits, metrics. */
export interface RunningDefender {
  /** All sockets that are open now, as they were judged. */
  sightings(): readonly Sighting[];
  state(): DefenderState;
  /** Delivers what is left for a moment, and leaves nothing behind. */
  stop(): Promise<void>;
}

/** Resolves when all that is there has been judged. Throws SPOOL_UNUSABLE, and USAGE where metrics can't be served. */
export async function runDefender(options: RunOptions): Promise<RunningDefender> {
  const { settings, evaluator, env, onChange } = options;
  let problems = 0;
  const onProblem = (text: string) => {
    problems++;
    options.onProblem(text);
  };
  const audits = await openSpool(options, onProblem);
  const verdicts = new Map<Verdict, number>();
  const onSighting = (sighting: Sighting) => {
    const { verdict } = sighting.ruling;
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    const audit = toAudit(sighting, settings.host);
    // The spool itself tells of one that it can't keep.
    if (audit !== undefined) audits.record(audit).catch(() => {});
    onChange();
  };
  const workloads = await openWorkloads(env, onProblem, settings.runtimes);
  const defender = new Defender({
    evaluator,
    workloads,
    onSighting,
    onGone: onChange,
    onLevel: ({ name, sees }) => options.onProblem(`now at level ${name}: ${sees}`),
    onProblem,
  });
  const state = (): DefenderState => ({
    level: defender.level,
    sockets: defender.sightings.length,
    workloads: new Set(defender.sightings.map(({ declaration }) => declaration.workload.id)).size,
    verdicts,
    problems,
    audits: audits.state(),
  });
  const closing: (() => unknown)[] = [() => defender.stop(), () => workloads.close(), () => audits.close()];
  const stop = async () => {
    for (const close of closing) await close();
  };
  try {
    await defender.start();
    const server = settings.metrics && (await serve(settings.metrics, state));
    if (server !== undefined) closing.unshift(() => server.close());
  } catch (error) {
    await stop();
    throw error;
  }
  return { sightings: () => defender.sightings, state, stop };
}

async function openSpool(
  { settings: { spool, sinks }, version }: RunOptions,
  onProblem: (text: string) => void,
): Promise<Audits> {
  try {
    return await openAudits({ spool, sinks, version }, ({ place, message }) =>
      onProblem(`${place}: ${message}`),
    );
  } catch (error) {
    throw new BerthwatchError('SPOOL_UNUSABLE', (error as Error).message, {
      place: spool.dir,
      next: 'end the other `berthwatch watch`, or name another folder with --spool',
      cause: error,
    });
  }
}

async function serve(place: { host: string; port: number }, state: () => DefenderState) {
  try {
    return await serveMetrics(place, state);
  } catch (error) {
    throw new BerthwatchError('USAGE', `metrics can't be served: ${(error as Error).message}`, {
      place: `${place.host}:${place.port}`,
      next: 'name another place with --metrics, or --metrics off',
      cause: error,
    });
  }
}
