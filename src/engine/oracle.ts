import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Becomes, Fate, Oracle } from '../model/launch.ts';
import type { Value } from '../pack/expressions.ts';
import type { Pack, Starter } from '../pack/schema.ts';
import { type EngineOptions, openApp } from './evaluate-app.ts';
import { matchPack, programNames } from './match.ts';
import { Refusal, UnknownValue } from './reasons.ts';

/** Answers, from the packs, what programs do that a launcher starts. */
export function packOracle(packs: readonly Pack[], options: EngineOptions): Oracle {
  return {
    fate: (launch) => fateOf(launch as LaunchWithRootfs, packs, options),
    becomes: (launch) => becomes(launch as LaunchWithRootfs, packs, options),
  };
}

function fateOf(launch: LaunchWithRootfs, packs: readonly Pack[], options: EngineOptions): Fate {
  const match = matchPack(launch, launch.rootfs, packs);
  if (match === undefined) return 'unknown';
  const app = openApp(launch, launch.rootfs, match, options, []);
  const holds = (expression: string | undefined) => {
    try {
      return expression !== undefined && app.evaluate(expression) === true;
    } catch (error) {
      if (error instanceof Refusal || error instanceof UnknownValue) return false;
      throw error;
    }
  };
  if (holds(match.pack.ends)) return 'ends';
  return holds(match.pack.detaches) ? 'detaches' : 'stays';
}

function becomes(
  launch: LaunchWithRootfs,
  packs: readonly Pack[],
  options: EngineOptions,
): Becomes | undefined {
  const names = programNames(launch);
  for (const pack of packs) {
    for (const starter of pack.starters ?? []) {
      if (!starter.program.some((name) => names.includes(name))) continue;
      const found = startedBy(starter, pack, launch, options);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function startedBy(
  starter: Starter,
  pack: Pack,
  launch: LaunchWithRootfs,
  options: EngineOptions,
): Becomes | undefined {
  const { arguments: spec, settings } = starter;
  const asPack: Pack = { ...pack, files: [], arguments: spec ?? {}, settings: settings ?? {} };
  const app = openApp(launch, launch.rootfs, { pack: asPack, role: {}, text: '' }, options, []);
  try {
    if (starter.when !== undefined && app.evaluate(starter.when) !== true) return undefined;
    const argv = asTexts(app.evaluate(starter.runs));
    if (argv.length === 0) return undefined;
    const detaches = starter.detaches !== undefined && app.evaluate(starter.detaches) === true;
    return { argv, text: `${launch.argv.join(' ')} starts ${argv.join(' ')}`, detaches };
  } catch (error) {
    if (error instanceof Refusal || error instanceof UnknownValue) return undefined;
    throw error;
  }
}

function asTexts(value: Value): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
