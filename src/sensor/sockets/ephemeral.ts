import type { Socket, SocketKind } from '../../model/observation.ts';
import { readProcText } from '../proc/read.ts';

/** Linux's own choice, where the host's can't be read (ip_local_port_range of ip(7)). */
const usualRange: readonly [number, number] = [32_768, 60_999];

let range: readonly [number, number] | undefined;

/**
 * Whether it may be a client's: a UDP socket that has no peer, on a port as the kernel chooses them, or a raw one. Name
 * lookups and `ping` make such sockets all the time, and they are gone in a moment.
 */
export function isEphemeral({ transport, port }: Socket): boolean {
  return (transport === 'udp' && isOfKernel(port)) || isBelowPorts(transport);
}

/** Whether it takes what arrives below TCP and UDP. */
export function isBelowPorts(transport: SocketKind): boolean {
  return transport === 'raw' || transport === 'packet';
}

/** Whether the kernel chooses such ports. */
export function isOfKernel(port: number): boolean {
  range ??= readRange();
  return port >= range[0] && port <= range[1];
}

function readRange(): readonly [number, number] {
  const text = readProcText('/proc/sys/net/ipv4/ip_local_port_range', 64) ?? '';
  const [first, last] = text.trim().split(/\s+/).map(Number);
  return first && last ? [first, last] : usualRange;
}
