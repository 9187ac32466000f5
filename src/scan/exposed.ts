import type { Listener, Profile } from '../model/profile.ts';

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
  /** Whether something listens there from outside the container: yes, only on loopback, maybe, or no. */
  state: 'confirmed' | 'loopback-only' | 'possible' | 'contradicted';
}

/** Holds what EXPOSE claims against what will listen. */
export function checkExposed(exposed: readonly Exposed[], listeners: readonly Listener[]): ExposureCheck[] {
  return exposed.map((claim) => {
    const there = listeners.filter(
      ({ transport, port, portEnd }) =>
        transport === claim.transport && claim.port >= port && claim.port <= (portEnd ?? port),
    );
    const reachable = there.filter(({ address }) => !isLoopback(address));
    if (reachable.some(({ certainty }) => certainty === 'certain')) return { ...claim, state: 'confirmed' };
    if (reachable.length > 0) return { ...claim, state: 'possible' };
    return { ...claim, state: there.length > 0 ? 'loopback-only' : 'contradicted' };
  });
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
