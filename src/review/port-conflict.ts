import type { Listener } from '../model/profile.ts';
import { endpointOf, isEveryAddress, type Remark, type ReviewRule } from './rule.ts';

/** Two processes that want one port: only the first gets it. */
export const portConflicts: ReviewRule = ({ processes }) => {
  const found: Remark[] = [];
  const byPort = new Map<string, { process: number; listener: Listener }[]>();
  for (const [process, listeners] of processes.entries()) {
    for (const listener of listeners) {
      if (listener.certainty !== 'certain' || (listener.port === 0 && listener.path === undefined)) continue;
      const key = `${listener.transport} ${listener.path ?? listener.port}`;
      const same = byPort.get(key) ?? [];
      byPort.set(key, same);
      const other = same.find((each) => each.process !== process && overlap(each.listener, listener));
      if (other) found.push(conflict(other.listener, listener));
      else same.push({ process, listener });
    }
  }
  return found;
};

/** IPv4 and IPv6 wildcards are taken for two sockets: whether one also takes the other's is the app's choice. */
function overlap(a: Listener, b: Listener): boolean {
  if (a.address === b.address) return true;
  const isSameFamily = a.address.includes(':') === b.address.includes(':');
  return isSameFamily && (isEveryAddress(a.address) || isEveryAddress(b.address));
}

function conflict(first: Listener, second: Listener): Remark {
  const place = second.path ?? `${second.transport} ${endpointOf(second)}`;
  return {
    id: 'port-conflict',
    severity: 'high',
    message: `${first.app} (${first.process}) and ${second.app} (${second.process}) both want ${place}`,
    evidence: [...first.evidence, ...second.evidence],
  };
}
