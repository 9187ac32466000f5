import { listPids } from '../proc/read.ts';
import { socketsOf } from './holders.ts';

/**
 * Looks at the descriptors of all processes, some of them at each step: they are inherited, passed on and stolen, so who
 * holds a socket may change while it stays the same.
 */
export class HolderSweep {
  readonly #onSockets: (pid: number, inodes: ReadonlySet<number>) => void;
  readonly #steps: number;
  #pids: number[] = [];
  #share = 1;

  /** `steps`: how many of them make a whole sweep. `onSockets`: told of what each process holds. */
  constructor(steps: number, onSockets: (pid: number, inodes: ReadonlySet<number>) => void) {
    this.#onSockets = onSockets;
    this.#steps = Math.max(1, steps);
  }

  step(): void {
    if (this.#pids.length === 0) {
      this.#pids = listPids();
      this.#share = Math.ceil(this.#pids.length / this.#steps);
    }
    for (const pid of this.#pids.splice(-this.#share)) this.#onSockets(pid, socketsOf(pid));
  }

  /** All of them at once. */
  whole(): void {
    this.#pids = [];
    for (const pid of listPids()) this.#onSockets(pid, socketsOf(pid));
  }
}
