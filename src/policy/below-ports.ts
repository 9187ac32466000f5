import type { Socket } from '../model/observation.ts';
import type { Holder, Judgement } from './compare.ts';

/**
 * Judges a raw or packet socket, which takes what arrives below TCP and UDP. No configuration names those, so who holds it
 * decides: programs of the image, started as it was made to start them, may (`keepalived`, `udhcpd`), and the host's own.
 */
export function judgeBelowPorts(
  { transport, port }: Socket,
  holders: readonly Holder[],
  isHost: boolean,
): Judgement {
  const what = `takes what arrives below TCP and UDP (a ${transport} socket, protocol ${port})`;
  const strange = holders.find(isStrange);
  if (strange !== undefined && !isHost) {
    const reason = `${strange.process.exe}, which the container was not made to run, ${what}`;
    return { verdict: 'unknown-listener', holder: strange, expected: [], reason };
  }
  const [holder] = holders;
  const reason = `${holder?.process.exe ?? 'a process that can not be seen'} ${what}`;
  return { verdict: 'expected', holder, expected: [], reason };
}

function isStrange({ process, distrust }: Holder): boolean {
  return distrust !== undefined || process.origin === 'writable-layer' || process.origin === 'memory';
}
