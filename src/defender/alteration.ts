import type { Declaration } from '../model/workload.ts';
import type { ReadConfig } from '../policy/live-profile.ts';
import { readStartTime } from '../sensor/proc/process.ts';
import { startedAt } from './clock.ts';

/** Config that an entrypoint writes is in place when its app is first started, at the latest this long after the start. */
const settleTime = 10 * 60_000;

/** What the file system's clock, which goes by ticks, may be behind. */
const clockStep = 20;

/** When a program first ran, milliseconds since 1970. */
export interface FirstRun {
  /** Since the container was last started. */
  now: number;
  /** Since it was created, as far as that was seen. */
  ever: number;
}

/**
 * Whether config was changed inside the container by something else than its start. What its entrypoint writes is
 * written after the container was started and before its app runs. What was changed before that is of the image's
 * maker or of who created the container, if the app had not run by then; otherwise of somebody who came in between, and a
 * restart does not make it the container's own.
 */
export function isAltered(
  { origin, changed }: ReadConfig,
  declaration: Declaration,
  { now, ever }: FirstRun,
): boolean {
  if (origin !== 'writable-layer') return false;
  const { startedAt: start, createdAt } = declaration;
  const began = Math.min(beginningOf(declaration), start || Number.POSITIVE_INFINITY) - clockStep;
  const isOfThisStart = changed >= began && changed <= Math.min(now, settled(start));
  return !isOfThisStart && changed > Math.min(ever, settled(createdAt || start));
}

function settled(time: number): number {
  return time === 0 ? Number.POSITIVE_INFINITY : time + settleTime;
}

/** When the first process was made: the runtime tells of the start only after that. */
function beginningOf({ pid }: Declaration): number {
  const startTime = pid === 0 ? undefined : readStartTime(pid);
  return startTime === undefined ? Number.POSITIVE_INFINITY : startedAt(startTime);
}
