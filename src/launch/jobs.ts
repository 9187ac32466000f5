import { ExitShell, NeverEnds } from './jumps.ts';
import type { SignalEffect } from './signals.ts';
import { type Status, unknownText } from './texts.ts';
import type { Job, World } from './world.ts';

/** Runs `work` as a process in the background; its starter goes on whatever becomes of it. */
export function inBackground(world: World, text: string, work: () => Status): Job {
  const before = world.launches.length;
  const job: Job = {
    pid: unknownText(`process ${world.jobs.length + 1}: ${text}`),
    ends: true,
    status: 0,
    launches: [],
  };
  world.jobs.push(job);
  try {
    job.status = work();
  } catch (jump) {
    if (jump instanceof NeverEnds) job.ends = false;
    else if (jump instanceof ExitShell) job.status = jump.status;
    else throw jump;
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

export function findJob(world: World, pid: string): Job | undefined {
  return world.jobs.find((job) => job.pid === pid);
}
