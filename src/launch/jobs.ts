import { ExitShell, NeverEnds } from './jumps.ts';
import { readSignal, type SignalEffect } from './signals.ts';
import { processNumber, type Status } from './texts.ts';
import type { Job, World } from './world.ts';

/** Runs `work` as a process in the background; its starter goes on whatever becomes of it. */
export function inBackground(
  world: World,
  text: string,
  work: () => Status,
  { isChild = true }: { isChild?: boolean } = {},
): Job {
  const before = world.launches.length;
  const job: Job = {
    isChild,
    pid: processNumber(world.jobs.length + 1, text),
    ends: true,
    status: 0,
    launches: [],
  };
  world.jobs.push(job);
  world.within.push(job.pid);
  try {
    job.status = work();
  } catch (jump) {
    if (jump instanceof NeverEnds) job.ends = false;
    else if (jump instanceof ExitShell) job.status = jump.status;
    else throw jump;
  } finally {
    world.within.pop();
  }
  job.launches = world.launches.slice(before);
  return job;
}

/** A background process, or one of those that run unless it is known which, gets a signal. */
export function signal(world: World, job: Job | undefined, effect: SignalEffect): void {
  if (effect === 'reloads' && (job === undefined || job.launches.length > 0)) {
    world.reload(job?.launches ?? world.running);
    return;
  }
  if (effect === 'asks' || effect === 'none') return;
  if (job) endJob(world, job);
  else world.doubtServers();
}

/** Ends a background process: what it started is not there when the container has started. */
function endJob(world: World, job: Job): void {
  job.ends = true;
  world.stop(job.launches);
}

/**
 * `kill [-SIGNAL] PID…`, for processes in the background and those that are known from elsewhere. The status is 1 where
 * one that is asked after has ended.
 */
export function kill(world: World, args: readonly string[]): Status {
  const { effect, rest } = readSignal(args);
  const pids = rest[0] === '--' ? rest.slice(1) : rest;
  let status: Status = pids.length === 0 ? 2 : 0;
  for (const pid of pids) {
    // A number below zero is a group of processes, led by the one of that number.
    const job = findJob(world, pid.replace(/^-/, '')) ?? (/^%/.test(pid) ? world.jobs.at(-1) : undefined);
    if (effect !== 'asks') signal(world, job, effect);
    else if (job?.ends) status = 1;
  }
  return status;
}

export function findJob(world: World, pid: string): Job | undefined {
  return world.jobs.find((job) => job.pid === pid);
}
