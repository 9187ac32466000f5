import { posix } from 'node:path';
import type { Evidence, Finding } from '../model/evidence.ts';
import type { Oracle, Start } from '../model/launch.ts';
import { unknown } from '../model/unknown.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { Budget } from './budget.ts';
import { combine } from './combine.ts';
import { type Exploration, explore } from './explore.ts';
import { Io } from './io.ts';
import { launchLimits } from './limits.ts';
import { defaultPath } from './program.ts';
import { Scripts } from './shell/syntax.ts';
import { brief, type Status } from './texts.ts';
import { findUser } from './users.ts';
import type { Failure, LaunchWithRootfs, World } from './world.ts';

export type { LaunchWithRootfs } from './world.ts';

export interface LaunchOptions {
  /** Whether the host has IPv6. */
  ipv6: boolean;
}

/**
 * All processes that a start leads to, each with the files as its scripts have written them by then. The image's
 * scripts are followed, nothing of it is executed. Never throws; bounded in time and memory.
 */
export function findLaunches(
  start: Start,
  rootfs: Rootfs,
  oracle: Oracle,
  options: LaunchOptions,
): { launches: LaunchWithRootfs[]; findings: Finding[] } {
  const argv = [...start.entrypoint, ...start.cmd];
  if (argv.length === 0) {
    const message = 'the image has neither an entrypoint nor a command, so it starts nothing';
    return { launches: [], findings: [{ id: 'will-not-start', severity: 'high', message, evidence: [] }] };
  }
  const shared = { ipv6: options.ipv6, budget: new Budget(), scripts: new Scripts() };
  const begin = (world: World) => runStart(world, start, argv);
  const first = explore(begin, rootfs, oracle, { ...shared, repairs: new Map() });
  const repaired = goesWell(first)
    ? undefined
    : repair(first, (repairs) => explore(begin, rootfs, oracle, { ...shared, repairs }));
  const exploration = repaired?.exploration ?? first;
  const found = combine(exploration);
  const launches = repaired === undefined ? found : found.map(asPossible);
  const ending = endFindings(exploration, launches, argv);
  const all = distinct([...(repaired?.findings ?? []), ...findingsOf(exploration), ...ending]);
  return { launches, findings: launches.length === 0 ? all.map(asDecisive) : all };
}

/** Where nothing else runs, a helper that can't be started was all there is. */
function asDecisive(finding: Finding): Finding {
  const isHelper = finding.id === 'will-not-start' && finding.severity === 'low';
  return isHelper ? { ...finding, severity: 'high' } : finding;
}

/** What becomes of a container whose first process does not stay. */
function endFindings(
  exploration: Exploration,
  launches: readonly LaunchWithRootfs[],
  argv: readonly string[],
): Finding[] {
  const evidence: Evidence[] = [{ kind: 'argument', text: brief(argv.join(' ')) }];
  if (!goesWell(exploration)) {
    if (exploration.findings.some(({ id }) => id === 'will-not-start')) return [];
    const { status, failure } = exploration.paths.find(({ failed }) => failed) ?? {};
    const message = `the container ends at once, with status ${status}`;
    const cause = failure ? [failure.evidence] : evidence;
    return [{ id: 'will-not-start', severity: 'high', message, evidence: cause }];
  }
  const whole = exploration.paths.filter(({ merged, failed }) => merged === undefined && !failed);
  if (launches.length === 0 || exploration.incomplete || !whole.every(({ ends }) => ends)) return [];
  const message = 'the container’s first process ends, and with it what it has started in the background';
  return [{ id: 'container-ends', severity: 'low', message, evidence }];
}

/** Some way through the scripts starts something, or ends without an error. */
function goesWell({ paths }: Exploration): boolean {
  return paths.some((path) => path.merged === undefined && !path.failed);
}

function findingsOf({ findings, reasons, incomplete, paths }: Exploration): Finding[] {
  const walked = paths.length;
  if (!incomplete || walked < launchLimits.paths) return findings;
  const causes = [...new Set(reasons)].slice(0, 8).join('; ');
  const message = `more than ${walked} ways through the entrypoint are possible; not all were followed. They depend on: ${causes}`;
  return [...findings, { id: 'entrypoint-not-followed', severity: 'low', message, evidence: [] }];
}

function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.id}\0${finding.message}`, finding])).values()];
}

interface Repaired {
  exploration: Exploration;
  findings: Finding[];
}

/** What runs only once the container is given what its script asks for. */
function asPossible({ family: _, ...launch }: LaunchWithRootfs): LaunchWithRootfs {
  return { ...launch, certainty: 'possible' };
}

/**
 * A container that ends with an error for certain, because its script asks for a setting or a file that is not given,
 * is read on as if the check had passed: the condition next to the failure is turned, then the ones around it. Only
 * conditions that have looked at something that is not given are; what goes wrong by itself does so always.
 */
function repair(
  first: Exploration,
  walk: (repairs: ReadonlyMap<object, ReadonlySet<number>>) => Exploration,
): Repaired | undefined {
  const repairs = new Map<object, Set<number>>();
  const findings: Finding[] = [];
  let exploration = first;
  for (let turn = 0; turn < launchLimits.repairs; turn++) {
    const failure = exploration.paths.find((path) => path.failure)?.failure;
    const condition = failure?.enclosing.findLast(
      ({ node, occurrence, asks }) => asks && !repairs.get(node)?.has(occurrence),
    );
    if (failure === undefined || condition === undefined) return undefined;
    const turned = repairs.get(condition.node);
    if (turned) turned.add(condition.occurrence);
    else repairs.set(condition.node, new Set([condition.occurrence]));
    findings.push(failureFinding(failure));
    exploration = walk(repairs);
    if (goesWell(exploration)) return { exploration, findings: findings.slice(-1) };
  }
  return undefined;
}

function failureFinding({ status, evidence }: Failure): Finding {
  const place = `${evidence.path}:${evidence.line}`;
  const message = `as it is given, the container ends with status ${status} at ${place}; it is read on as if that had passed`;
  return { id: 'will-not-start', severity: 'medium', message, evidence: [evidence] };
}

/** The container's first process, as the engine starts it. */
function runStart(world: World, start: Start, argv: readonly string[]): Status {
  const user = findUser(world.files.rootfs, start.user);
  const evidence: Evidence = { kind: 'argument', text: brief(argv.join(' ')) };
  if (user.uid === undefined) {
    world.find('will-not-start', 'high', `the image has no user ${brief(start.user)}`, [evidence]);
  }
  const env = new Map(Object.entries(start.env));
  if (!env.has('PATH')) env.set('PATH', defaultPath);
  if (!env.has('HOME')) env.set('HOME', user.home);
  if (!env.has('HOSTNAME')) env.set('HOSTNAME', unknown('$HOSTNAME'));
  const cwd = posix.resolve('/', start.cwd);
  return world.run(world, {
    argv,
    env,
    cwd,
    user,
    io: Io.ofContainer(world.log),
    via: [{ program: argv[0] ?? '', text: `the container runs ${brief(argv.join(' '))}` }],
    role: 'main',
    first: true,
    condition: false,
    byShell: false,
    depth: 0,
    origin: 'the container',
  });
}
