import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryPolicy {
  attempts: number;
  /** Milliseconds before the second attempt; doubled each time, with some chance in it. */
  delay: number;
  /** The longest that a server's Retry-After is obeyed, in milliseconds. */
  longest: number;
}

export const defaultRetry: RetryPolicy = { attempts: 5, delay: 500, longest: 60_000 };

/** Whether a status may be another one soon. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Milliseconds to wait before attempt `attempt` (from 1), or as the server says in Retry-After (RFC 9110, 10.2.3). */
export function waitTime(
  policy: RetryPolicy,
  attempt: number,
  retryAfter: string | undefined,
  now = Date.now(),
): number {
  const asked =
    retryAfter === undefined
      ? Number.NaN
      : /^\d+$/.test(retryAfter)
        ? Number(retryAfter) * 1000
        : Date.parse(retryAfter) - now;
  if (asked >= 0) return Math.min(asked, policy.longest);
  return Math.min(policy.delay * 2 ** (attempt - 1) * (0.5 + Math.random()), policy.longest);
}

/** Rejects when the user gives up meanwhile. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, signal ? { signal } : {});
}
