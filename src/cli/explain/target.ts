import { BerthwatchError } from '../../base/errors.ts';
import type { Listener, Transport } from '../../model/profile.ts';

/** What `--explain` asks about. */
export type Target =
  /** `transport` undefined: any. */
  { port: number; transport: Exclude<Transport, 'unix'> | undefined } | { path: string };

/** Reads `80`, `tcp/80`, `53/udp`, `/run/x.sock`, `unix:/run/x.sock`, `@abstract`. Throws USAGE. */
export function parseTarget(text: string): Target {
  const path = /^(?:unix:)?([/@].+)$/s.exec(text)?.[1];
  if (path !== undefined) return { path };
  const found = /^(?:(tcp|udp)[/:])?(\d{1,5})(?:\/(tcp|udp))?$/i.exec(text);
  const port = Number(found?.[2]);
  if (!found || port > 65_535 || (found[1] && found[3])) {
    throw new BerthwatchError('USAGE', `"${text}" is neither a port nor the path of a socket`, {
      place: '--explain',
      next: 'write 80, udp/53 or /run/server.sock',
    });
  }
  const transport = (found[1] ?? found[3])?.toLowerCase() as 'tcp' | 'udp' | undefined;
  return { port, transport };
}

export function isTarget(target: Target, listener: Listener): boolean {
  if ('path' in target) return listener.path === target.path;
  if (listener.transport === 'unix') return false;
  if (target.transport !== undefined && listener.transport !== target.transport) return false;
  return target.port >= listener.port && target.port <= (listener.portEnd ?? listener.port);
}

/** `port 80`, `UDP port 53`, `the socket /run/x.sock`. */
export function showTarget(target: Target): string {
  if ('path' in target) return `the socket ${target.path}`;
  return `${target.transport ? `${target.transport.toUpperCase()} ` : ''}port ${target.port}`;
}

/** The word to look for in what was read. */
export function mentionOf(target: Target): string {
  return 'path' in target ? target.path : String(target.port);
}
