import type { Socket } from '../model/observation.ts';
import { readProcText } from '../sensor/proc/read.ts';

/** Linux's own choice, where the host's can't be read (ip_local_port_range of ip(7)). */
const usualRange: readonly [number, number] = [32_768, 60_999];

/**
 * Whether it may be a client's: a UDP socket that has no peer, on a port as the kernel chooses them. Name lookups make
 * such sockets all the time, and they are gone in a moment.
 */
export function isPassing({ transport, port }: Socket): boolean {
  const [first, last] = ephemeralRange();
  return transport === 'udp' && port >= first && port <= last;
}

function ephemeralRange(): readonly [number, number] {
  const text = readProcText('/proc/sys/net/ipv4/ip_local_port_range', 64) ?? '';
  const [first, last] = text.trim().split(/\s+/).map(Number);
  return first && last ? [first, last] : usualRange;
}
