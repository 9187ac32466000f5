import { distinct } from '../base/distinct.ts';
import type { Listener } from '../model/profile.ts';
import { isLoopback } from './exposed.ts';
import { endpointOf, type Remark, type ReviewRule } from './rule.ts';

/**
 * Plain text on one port of a process that speaks the same encrypted on another. A web server's plain port is mostly
 * there to send browsers to the other.
 */
export const plainBesideTls: ReviewRule = ({ processes }) => processes.flatMap(plainIn);

function plainIn(listeners: readonly Listener[]): Remark[] {
  const open = listeners.filter((each) => each.transport !== 'unix' && !isLoopback(each.address));
  const encrypted = open.flatMap((each) => {
    const plain = plainNameOf(each.purpose);
    return plain === undefined ? [] : [{ plain, listener: each }];
  });
  const pairs = open.flatMap((each) => {
    const beside = encrypted.find(({ plain }) => plain === each.purpose);
    return beside ? [{ listener: each, beside: beside.listener }] : [];
  });
  return distinct(pairs, ({ listener }) => `${listener.transport} ${listener.port}`).map(
    ({ listener, beside }) => ({
      id: 'plain-beside-tls',
      severity: listener.purpose === 'http' ? 'info' : 'low',
      message: `${listener.app}: ${endpointOf(listener)} takes plain text, ${endpointOf(beside)} the same over TLS`,
      evidence: [...listener.evidence, ...beside.evidence],
    }),
  );
}

/** What packs call the same without encryption: `https` → `http`, `tls` → `client`, `amqp (TLS)` → `amqp`. */
function plainNameOf(purpose: string): string | undefined {
  if (purpose === 'https') return 'http';
  if (purpose === 'tls') return 'client';
  return / \(TLS\)$/.test(purpose) ? purpose.slice(0, -' (TLS)'.length) : undefined;
}
