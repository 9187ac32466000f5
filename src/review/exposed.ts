import type { Listener, Profile } from '../model/profile.ts';
import { reviewIds } from './ids.ts';

type Exposed = Profile['exposed'][number];

/** EXPOSE entries of an image config: `80/tcp`, `53/udp`, `80`, `8000-8010/tcp`. Entries of another form are left out. */
export function exposedPorts(entries: readonly string[]): Exposed[] {
  return entries.flatMap((entry) => {
    const found = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(entry);
    if (!found) return [];
    const first = Number(found[1]);
    const last = Math.min(Number(found[2] ?? first), 65_535);
    const transport = (found[3] ?? 'tcp') as Exposed['transport'];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({
      transport,
      port: first + index,
    }));
  });
}

export interface ExposureCheck extends Exposed {
  /**
   * Whether something listens there that can be reached from outside the container: yes, only on loopback, maybe, or
   * no; `unconfirmed` where not all that runs is known.
   */
  state: 'confirmed' | 'loopback-only' | 'possible' | 'unconfirmed' | 'contradicted';
}

/** Holds what EXPOSE claims against what will listen. */
export function checkExposed(
  profile: Pick<Profile, 'exposed' | 'listeners' | 'launches' | 'findings'>,
): ExposureCheck[] {
  const nothing = isComplete(profile) ? 'contradicted' : 'unconfirmed';
  return profile.exposed.map((claim) => {
    const there = profile.listeners.filter((listener) => isExposed(listener, [claim]));
    const reachable = there.filter(({ address }) => !isLoopback(address));
    if (reachable.some(({ certainty }) => certainty === 'certain')) return { ...claim, state: 'confirmed' };
    if (reachable.length > 0) return { ...claim, state: 'possible' };
    return { ...claim, state: there.length > 0 ? 'loopback-only' : nothing };
  });
}

/** Whether one of the claims names a port of the listener. */
export function isExposed(
  { transport, port, portEnd = port }: Listener,
  exposed: readonly Exposed[],
): boolean {
  return exposed.some(
    (claim) => claim.transport === transport && claim.port >= port && claim.port <= portEnd,
  );
}

/** Findings that name a cause, and do not mean that a listener was overlooked. */
const harmless: ReadonlySet<string> = new Set(['will-not-start', 'file-missing', ...reviewIds]);

/** Whether a listener that is not in the profile can't be there either. */
export function isComplete({ launches, findings }: Pick<Profile, 'launches' | 'findings'>): boolean {
  if (launches.some(({ app }) => app === null)) return false;
  return !findings.some(
    ({ id, severity }) => (severity === 'high' || severity === 'medium') && !harmless.has(id),
  );
}

/** Whether only processes of the same container reach the address. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
