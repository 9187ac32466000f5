import type { Listener } from '../model/profile.ts';
import type { EvaluatedLaunch } from './evaluate-start.ts';

/**
 * A socket that takes the first free port of a range is given the one that no socket before it in the container has.
 * Launches are in the order in which they start. Where a range has no free port left it stays as it is.
 */
export function withFreePorts(launches: readonly EvaluatedLaunch[]): EvaluatedLaunch[] {
  const taken: Listener[] = [];
  return launches.map((each) => {
    const listeners = each.result.listeners.map((listener) => {
      const settled = onFreePort(listener, taken);
      taken.push(settled);
      return settled;
    });
    return { ...each, result: { ...each.result, listeners } };
  });
}

function onFreePort(listener: Listener, taken: readonly Listener[]): Listener {
  const { portEnd, ...rest } = listener;
  if (portEnd === undefined) return listener;
  for (let port = listener.port; port <= portEnd; port++) {
    const wanted = { ...rest, port };
    if (!taken.some((other) => collide(other, wanted))) return wanted;
  }
  return listener;
}

function collide(a: Listener, b: Listener): boolean {
  if (a.transport === 'unix' || a.transport !== b.transport || a.port !== b.port || a.port === 0)
    return false;
  return a.address === b.address || isWildcard(a) || isWildcard(b);
}

function isWildcard({ address }: Listener): boolean {
  return address === '0.0.0.0' || address === '::';
}
