import { posix } from 'node:path';
import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Becomes, Fate, Launch, Oracle } from '../model/launch.ts';
import { isUnknown } from '../model/unknown.ts';
import type { Value } from '../pack/expressions.ts';
import type { Pack, Starter } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { childrenOf } from './children.ts';
import { effectsOf, serversFor } from './effects.ts';
import { Endings } from './ending.ts';
import { type EngineOptions, openApp } from './evaluate-app.ts';
import { matchPack } from './match.ts';
import { Results } from './results.ts';
import { entriesFor, known, openBeside } from './tools.ts';

/** Answers, from the packs, what programs do that a launcher starts. */
export function packOracle(
  packs: readonly Pack[],
  options: EngineOptions,
  results = new Results(options),
): Oracle {
  const endings = new Endings(packs, options, results);
  return {
    fate: (launch) => fateOf(launch as LaunchWithRootfs, packs, options),
    becomes: (launch, started) => becomes(launch as LaunchWithRootfs, started, packs, options),
    effects: (launch, started) => effectsOf(launch as LaunchWithRootfs, started, packs, options),
    children: (launch) => childrenOf(launch as LaunchWithRootfs, packs, options),
    pidFile: (launch) => pidFileOf(launch as LaunchWithRootfs, packs, options),
    ending: (launch, running) =>
      endings.of(launch as LaunchWithRootfs, running as readonly LaunchWithRootfs[]),
  };
}

function fateOf(launch: LaunchWithRootfs, packs: readonly Pack[], options: EngineOptions): Fate {
  const match = matchPack(launch, launch.rootfs, packs);
  if (match === undefined) return 'unknown';
  const app = openApp(launch, launch.rootfs, match, options, []);
  const states = (word: 'checks' | 'ends' | 'detaches') => known(() => app.states(word)) === true;
  if (states('checks') || states('ends')) return 'ends';
  return states('detaches') ? 'detaches' : 'stays';
}

function pidFileOf(
  launch: LaunchWithRootfs,
  packs: readonly Pack[],
  options: EngineOptions,
): string | undefined {
  const match = matchPack(launch, launch.rootfs, packs);
  const expression = match?.pack.pidFile;
  if (match === undefined || expression === undefined) return undefined;
  const path = known(() => openApp(launch, launch.rootfs, match, options, []).evaluate(expression));
  if (typeof path !== 'string' || path === '' || isUnknown(path)) return undefined;
  options.reach?.(match.pack, 'pidFile');
  return posix.resolve(launch.cwd, path);
}

function becomes(
  launch: LaunchWithRootfs,
  started: readonly Launch[],
  packs: readonly Pack[],
  options: EngineOptions,
): Becomes | undefined {
  for (const { pack, entry } of entriesFor(launch, packs, (each) => each.starters)) {
    const app = openBeside(pack, entry, launch, options);
    const found = startedBy(entry, app);
    if (found === undefined) continue;
    const stops = serversFor(entry.stops, pack, app, started, packs, options);
    options.reach?.(entry);
    if (found.detaches) options.reach?.(entry, 'detaches');
    if (stops.length > 0) options.reach?.(entry, 'stops');
    return { ...found, stops };
  }
  return undefined;
}

function startedBy(starter: Starter, app: AppReading): Becomes | undefined {
  const { launch } = app.context;
  const holds = (expression: string) => known(() => app.evaluate(expression)) === true;
  if (starter.when !== undefined && !holds(starter.when)) return undefined;
  const argv = asTexts(known(() => app.evaluate(starter.runs)));
  if (argv.length === 0) return undefined;
  const detaches = starter.detaches !== undefined && holds(starter.detaches);
  return { argv, text: `${launch.argv.join(' ')} starts ${argv.join(' ')}`, detaches };
}

function asTexts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
