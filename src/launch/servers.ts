import { posix } from 'node:path';
import type { Effects, Ending, Fate } from '../model/launch.ts';
import { NeverEnds } from './jumps.ts';
import type { Process } from './process.ts';
import { brief, type Status, unknownText } from './texts.ts';
import type { LaunchWithRootfs, World } from './world.ts';

/** Runs a server, or another use of its program: it stays, goes to the background, or ends. */
export function runKnown(
  world: World,
  process: Process,
  launch: LaunchWithRootfs,
  fate: Exclude<Fate, 'unknown'>,
): Status {
  const ending = world.oracle.ending?.(launch, world.running);
  if (ending && comesTrue(world, process, ending)) return end(world, process, launch, fate, ending);
  switch (fate) {
    case 'stays':
      world.record(launch);
      throw new NeverEnds();
    case 'detaches':
      world.record({ ...launch, isReady: true });
      return 0;
    case 'ends':
      return goOn(world, process, 0);
  }
}

/** Where it can't be known whether a program ends, both are looked at, if something comes after it. */
function comesTrue(world: World, process: Process, { certain, why }: Ending): boolean {
  if (certain) return true;
  return process.role === 'called' && world.decisions.pick(brief(why), 2) === 1;
}

/**
 * A server that ends at once. With its config to blame it is a launch all the same, of which the engine tells why it
 * opens nothing; as the last of several processes it takes the container with it.
 */
function end(
  world: World,
  process: Process,
  launch: LaunchWithRootfs,
  fate: Fate,
  { why, status, byOthers }: Ending,
): Status {
  process.io.err.write(`${why}\n`);
  if (fate === 'ends') return goOn(world, process, status);
  const isAlone = process.role === 'main' && world.launches.length === 0;
  if (!byOthers) world.record(launch);
  if (isAlone && !byOthers) throw new NeverEnds();
  if (byOthers || process.role === 'main') {
    const evidence = { kind: 'argument' as const, text: brief(process.argv.join(' ')) };
    world.find('will-not-start', 'high', why, [evidence]);
  }
  return status;
}

/** What a known program leaves behind when it has ended: files, and servers that it has stopped. */
export function takeEffect(world: World, process: Process, effects: Effects): Status {
  const access = { user: process.user, origin: process.origin };
  for (const change of effects.changes) {
    if ('gone' in change) {
      world.files.remove(change.path, access);
      continue;
    }
    world.files.mkdir(posix.dirname(change.path), access, { parents: true });
    if ('link' in change) world.files.symlink(change.path, change.link, access);
    else world.files.write(change.path, change.text, access);
  }
  if (effects.mayStop) world.doubtServers();
  world.stop(effects.stops);
  world.reload(effects.reloads);
  process.io.err.write(effects.errors ?? '');
  return goOn(world, process, effects.status, effects.output);
}

/** A program has ended, and printed something. */
function goOn(world: World, process: Process, status: Status, output?: string): Status {
  // What is there by now is certain.
  world.files.doubt(process.argv.slice(1), process.cwd);
  process.io.out.write(output ?? unknownText(process.argv.join(' ')));
  return status;
}
