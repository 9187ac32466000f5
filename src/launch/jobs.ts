import { ExitShell, NeverEnds } from './jumps.ts';
import { unknownText } from './texts.ts';
import type { Job, World } from './world.ts';

/** Runs `work` as a process in the background; its starter goes on whatever becomes of it. */
export function inBackground(world: World, text: string, work: () => void): Job {
  const before = world.launches.length;
  const job: Job = {
    pid: unknownText(`process ${world.jobs.length + 1}: ${text}`),
    ends: true,
    launches: [],
  };
  world.jobs.push(job);
  try {
    work();
  } catch (jump) {
    if (jump instanceof NeverEnds) job.ends = false;
    else if (!(jump instanceof ExitShell)) throw jump;
  }
  job.launches = world.launches.slice(before);
  return job;
}

/** Ends a background process: what it started is not there when the container has started. */
export function endJob(world: World, job: Job): void {
  job.ends = true;
  const gone = new Set(job.launches);
  world.launches = world.launches.filter((launch) => !gone.has(launch));
}

export function findJob(world: World, pid: string): Job | undefined {
  return world.jobs.find((job) => job.pid === pid);
}
