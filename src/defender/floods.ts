import type { Socket } from '../model/observation.ts';
import { isOfKernel } from '../sensor/sockets/ephemeral.ts';
import type { Sighting } from './defender.ts';
import type { Identified } from './identify.ts';

/** Milliseconds in which a program that was told of is not told of again for a listener that does not stay. */
const quietTime = 2000;

/** Programs that are followed at once; the oldest go first. */
const mostFollowed = 1000;

/**
 * Programs that open and close one listener after another, on ports of the kernel's choice: the first is told of by
 * itself, the others are counted to it, unless they stay. So the one that matters is not lost among them.
 */
export class Floods {
  readonly #told = new Map<string, { sighting: Sighting; at: number }>();

  /** What was said of the same program just now; undefined where nothing was. */
  lately(socket: Socket, holder: Identified | undefined): Sighting | undefined {
    if (!isPassing(socket)) return undefined;
    const known = this.#told.get(keyOf(socket, holder));
    return known !== undefined && performance.now() - known.at < quietTime ? known.sighting : undefined;
  }

  add(sighting: Sighting, holder: Identified | undefined): void {
    const { socket } = sighting.observation;
    if (!isPassing(socket) || sighting.ruling.verdict === 'expected') return;
    const key = keyOf(socket, holder);
    this.#told.delete(key);
    this.#told.set(key, { sighting, at: performance.now() });
    const [oldest] = this.#told.keys();
    if (oldest !== undefined && this.#told.size > mostFollowed) this.#told.delete(oldest);
  }
}

function isPassing({ transport, port }: Socket): boolean {
  return transport === 'tcp' && isOfKernel(port);
}

function keyOf({ address }: Socket, holder: Identified | undefined): string {
  return JSON.stringify([holder?.declaration.workload.id, holder?.process.exe, address]);
}
