import { findLaunches, type LaunchWithRootfs } from '../launch/launches.ts';
import type { Finding } from '../model/evidence.ts';
import type { Launch, Start } from '../model/launch.ts';
import type { Listener, Peer } from '../model/profile.ts';
import type { Pack } from '../pack/schema.ts';
import { OverlayTree } from '../rootfs/overlay.ts';
import { Rootfs } from '../rootfs/rootfs.ts';
import { withApplications } from './applications.ts';
import type { AppResult, EngineOptions } from './evaluate-app.ts';
import { mergeFamilies } from './families.ts';
import { withFreePorts } from './free-ports.ts';
import { type Match, matchPack } from './match.ts';
import { packOracle } from './oracle.ts';
import { Results } from './results.ts';

/** One launch with all that the engine found out of it. */
export interface EvaluatedLaunch {
  launch: LaunchWithRootfs;
  /** Undefined for a program that no pack knows. */
  match: Match | undefined;
  result: AppResult;
}

/** All launches of a start, with their listeners and peers. */
export interface Evaluation {
  launches: EvaluatedLaunch[];
  findings: Finding[];
}

/** From a container's start to the sockets of its processes. Pure: it reads `rootfs` and nothing else. */
export function evaluateStart(
  start: Start,
  rootfs: Rootfs,
  packs: readonly Pack[],
  options: EngineOptions,
): Evaluation {
  const results = new Results(options);
  const found = findLaunches(start, rootfs, packOracle(packs, options, results), options);
  const launches = withFreePorts(
    mergeFamilies(found.launches.map((launch) => evaluateLaunch(launch, packs, options, results))),
  );
  return { launches, findings: [...found.findings, ...launches.flatMap(({ result }) => result.findings)] };
}

/** As `evaluateStart`, for one process that is known to run. */
export function evaluateProcess(
  process: Launch,
  rootfs: Rootfs,
  packs: readonly Pack[],
  options: EngineOptions,
): Evaluation {
  const own = new Rootfs(new OverlayTree(rootfs.tree));
  const evaluated = evaluateLaunch({ ...process, rootfs: own }, packs, options, new Results(options));
  const launches = withFreePorts(mergeFamilies([evaluated]));
  return { launches, findings: evaluated.result.findings };
}

function evaluateLaunch(
  found: LaunchWithRootfs,
  packs: readonly Pack[],
  options: EngineOptions,
  results: Results,
): EvaluatedLaunch {
  const launch: LaunchWithRootfs = found.family === undefined ? found : { ...found, certainty: 'certain' };
  const match = matchPack(launch, launch.rootfs, packs);
  if (match === undefined) return { launch, match, result: stranger(launch) };
  const result = withApplications(results.of(launch, match), launch, match.pack, packs, options);
  return { launch, match, result };
}

/** What is known of a program that no pack knows. */
function stranger({ exe, argv }: Launch): AppResult {
  const program = exe ?? argv[0] ?? '';
  const finding: Finding = {
    id: 'unknown-program',
    severity: 'low',
    message: `no app pack knows ${program}, so what it opens is not known`,
    evidence: [{ kind: 'argument', text: argv.join(' ') }],
  };
  return { configs: [], listeners: [], peers: [], findings: [finding] };
}

/** The listeners of all launches, in one order: app, transport, port, address, path. */
export function allListeners(evaluation: Evaluation): Listener[] {
  return evaluation.launches.flatMap(({ result }) => result.listeners).sort(compareListeners);
}

export function allPeers(evaluation: Evaluation): Peer[] {
  return evaluation.launches.flatMap(({ result }) => result.peers);
}

function compareListeners(a: Listener, b: Listener): number {
  return (
    compareTexts(a.app, b.app) ||
    compareTexts(a.transport, b.transport) ||
    a.port - b.port ||
    compareTexts(a.address, b.address) ||
    compareTexts(a.path ?? '', b.path ?? '')
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
