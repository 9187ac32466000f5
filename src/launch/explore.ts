import type { Finding } from '../model/evidence.ts';
import type { Oracle } from '../model/launch.ts';
import { OverlayTree } from '../rootfs/overlay.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { Budget } from './budget.ts';
import { type Choice, Decisions, type Join, nextChoices, type Repairs } from './decisions.ts';
import { Files } from './files.ts';
import { Sink } from './io.ts';
import { ExitShell, Halt, LoopJump, Merged, NeverEnds, ReturnFrom } from './jumps.ts';
import { launchLimits } from './limits.ts';
import { run } from './run.ts';
import type { Scripts } from './shell/syntax.ts';
import type { Status } from './texts.ts';
import { type Failure, type LaunchWithRootfs, World } from './world.ts';

/** How one way through the scripts went. */
export interface Path {
  choices: readonly boolean[];
  launches: readonly LaunchWithRootfs[];
  /** Set when the state of another path was reached: what follows is as there. */
  merged: string | undefined;
  /** Set when the container would end with an error. */
  failure: Failure | undefined;
  failed: boolean;
  /** The first process's exit status, where it ends. */
  status: Status;
  /** The first process ends without an error, and with it all that it has started. */
  ends: boolean;
}

export interface Exploration {
  paths: Path[];
  joins: ReadonlyMap<string, Join>;
  findings: Finding[];
  /** What the paths depend on. */
  reasons: string[];
  /** Not every way was walked. */
  incomplete: boolean;
}

export interface ExploreOptions {
  ipv6: boolean;
  repairs: Repairs;
  budget: Budget;
  scripts: Scripts;
}

/** Walks every way through what `start` does, up to a bound, the last choice first. */
export function explore(
  start: (world: World) => Status,
  rootfs: Rootfs,
  oracle: Oracle,
  options: ExploreOptions,
): Exploration {
  const joins = new Map<string, Join>();
  const result: Exploration = { paths: [], joins, findings: [], reasons: [], incomplete: false };
  let given: readonly Choice[] | undefined = [];
  while (given) {
    const mayFork = result.paths.length < launchLimits.paths;
    const path: number = result.paths.length;
    const decisions: Decisions = new Decisions(given, { path, joins, repairs: options.repairs, mayFork });
    const world = newWorld(rootfs, oracle, decisions, options);
    result.paths.push(walk(start, world, result));
    result.findings.push(...world.findings);
    result.reasons.push(...decisions.reasons);
    given = nextChoices(decisions.choices);
    if (given && (result.paths.length >= launchLimits.paths || options.budget.spent)) {
      result.incomplete = true;
      given = undefined;
    }
  }
  return result;
}

function newWorld(rootfs: Rootfs, oracle: Oracle, decisions: Decisions, options: ExploreOptions): World {
  const { budget, scripts } = options;
  const files = new Files(new OverlayTree(rootfs.tree), budget, options);
  return new World({ files, budget, decisions, oracle, log: new Sink(), run, scripts });
}

function walk(start: (world: World) => Status, world: World, result: Exploration): Path {
  const end = outcome(start, world, result);
  const choices = world.decisions.choices.slice(0, world.decisions.taken).map(({ value }) => value);
  const failed = end.status !== undefined && end.status !== 0;
  const { failure } = world;
  // A start that launches nothing that is known may still have run something.
  if (!failed && end.merged === undefined && world.launches.length === 0) recordLast(world);
  return {
    choices,
    launches: world.launches,
    merged: end.merged,
    failed,
    failure: failed ? failure : undefined,
    status: end.status,
    ends: end.ends === true && !failed,
  };
}

function recordLast(world: World): void {
  const last = world.ended.at(-1);
  if (last) world.record(last);
}

interface End {
  status: Status;
  ends?: boolean;
  merged?: string;
}

function outcome(start: (world: World) => Status, world: World, result: Exploration): End {
  try {
    return { status: start(world), ends: true };
  } catch (jump) {
    if (jump instanceof Merged) return { status: undefined, merged: jump.key };
    if (jump instanceof NeverEnds || jump instanceof ReturnFrom || jump instanceof LoopJump)
      return { status: undefined };
    if (jump instanceof ExitShell) return { status: jump.status, ends: true };
    // Evaluating recurses with the script's own nesting; what its bounds let through may still be too deep.
    if (jump instanceof Halt || jump instanceof RangeError) {
      const reason = jump instanceof Halt ? jump.reason : 'its commands are nested too deeply';
      result.incomplete = true;
      world.find(
        'entrypoint-not-followed',
        'medium',
        `the container's start is not followed to its end: ${reason}`,
      );
      return { status: undefined };
    }
    throw jump;
  }
}
