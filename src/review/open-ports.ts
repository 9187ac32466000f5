import { distinct } from '../base/distinct.ts';
import type { Listener } from '../model/profile.ts';
import { isLoopback } from './exposed.ts';
import { isDebugging, isInner } from './purposes.ts';
import { endpointOf, isEveryAddress, type Remark, type ReviewRule } from './rule.ts';

/** Ports for operators and cluster members on every address. */
export const adminPorts: ReviewRule = ({ listeners }) =>
  told(listeners, (each) => isInner(each.purpose) && isEveryAddress(each.address)).map(
    (each): Remark => ({
      id: 'admin-port-open',
      severity: 'medium',
      message: `${each.app}: the ${each.purpose} port ${endpointOf(each)} is open on every address`,
      evidence: each.evidence,
    }),
  );

/** Debuggers: whoever reaches one runs code in the process. */
export const debugPorts: ReviewRule = ({ listeners }) =>
  told(listeners, (each) => isDebugging(each.purpose) && !isLoopback(each.address)).map(
    (each): Remark => ({
      id: 'debug-port-open',
      severity: 'high',
      message: `${each.app}: the ${each.purpose} port ${endpointOf(each)} can be reached from outside`,
      evidence: each.evidence,
    }),
  );

function told(listeners: readonly Listener[], isMeant: (listener: Listener) => boolean): Listener[] {
  const meant = listeners.filter((each) => each.transport !== 'unix' && isMeant(each));
  return distinct(meant, ({ app, transport, port, purpose }) => `${app} ${transport} ${port} ${purpose}`);
}
