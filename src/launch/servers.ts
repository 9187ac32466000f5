import { posix } from 'node:path';
import type { Evidence } from '../model/evidence.ts';
import type { ChildProgram, Effects, Ending, Fate, Launch, ViaStep } from '../model/launch.ts';
import { inBackground } from './jobs.ts';
import { NeverEnds } from './jumps.ts';
import type { Process } from './process.ts';
import { brief, type Status, unknownText } from './texts.ts';
import { findUser } from './users.ts';
import type { Job, LaunchWithRootfs, World } from './world.ts';

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
      return goesOn(world, process, launch);
    case 'detaches':
      inBackground(
        world,
        brief(process.argv.join(' ')),
        () => goesOn(world, process, { ...launch, isReady: true }),
        {
          isChild: false,
        },
      );
      return 0;
    case 'ends':
      return goOn(world, process, 0);
  }
}

/**
 * Puts the server down, with the programs that it starts beside itself; it never ends. Gives a status where one of them
 * fails without which it does not go on: then all of them end.
 */
function goesOn(world: World, process: Process, launch: LaunchWithRootfs): Status {
  const before = new Set(world.launches);
  writePidFile(world, process, world.record(launch));
  for (const child of world.oracle.children?.(launch) ?? []) {
    const { ends, status } = startChild(world, process, launch, child);
    if (!child.isVital || !ends || status === undefined || status === 0) continue;
    world.stop(world.launches.filter((each) => !before.has(each)));
    const why = `${brief(process.argv.join(' '))} ends, because ${brief(child.argv.join(' '))}, which it starts, fails`;
    world.find('will-not-start', 'high', why, child.at ? [child.at] : []);
    return status;
  }
  throw new NeverEnds();
}

/** A server in the background leaves its number where scripts look for it. */
function writePidFile(world: World, { user, origin }: Process, launch: LaunchWithRootfs): void {
  const path = launch.pid === undefined ? undefined : world.oracle.pidFile?.(launch);
  // One that could not write it would not have started: where it is may be a volume that is given to its user.
  if (
    path === undefined ||
    world.files.write(path, `${launch.pid}\n`, { user: { ...user, uid: 0 }, origin }) !== undefined
  )
    return;
  launch.pidFile = path;
}

function startChild(world: World, process: Process, { exe }: Launch, child: ChildProgram): Job {
  const { argv, user, cwd = '.', at } = child;
  const program = exe ?? process.argv[0] ?? '';
  const shown = brief(argv.join(' '));
  const { file: _, ...own } = process;
  const step = { program, ...placeOf(at), text: `${posix.basename(program)} starts ${shown}` };
  return inBackground(world, shown, () =>
    world.run(world, {
      ...own,
      argv,
      via: [...process.via, step],
      user: user === undefined ? process.user : findUser(world.files.rootfs, user),
      cwd: posix.resolve(process.cwd, cwd),
      role: 'background',
      first: false,
      byShell: false,
      depth: process.depth + 1,
    }),
  );
}

function placeOf(at: Evidence | undefined): Pick<ViaStep, 'path' | 'line'> {
  return {
    ...(at?.path === undefined ? {} : { path: at.path }),
    ...(at?.line === undefined ? {} : { line: at.line }),
  };
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
