import { readProcText } from '../sensor/proc/read.ts';

/** Of the kernel's clock ticks as it shows them to programs (USER_HZ), on every architecture that we support. */
const ticksPerSecond = 100;

/** Clock ticks since the host started, as `startTime` of processes has them. */
export function ticksNow(): number {
  return Math.round(uptime() * ticksPerSecond);
}

/** When a process was started, milliseconds since 1970, by the host's clock as it goes now. */
export function startedAt(startTime: number, now: number = Date.now()): number {
  return Math.round(now - uptime() * 1000 + (startTime * 1000) / ticksPerSecond);
}

/** Seconds since the host started. */
function uptime(): number {
  return Number(readProcText('/proc/uptime', 64)?.split(' ')[0] ?? 0);
}
