import type { Progress } from '../image/types.ts';
import type { Output } from './io.ts';
import { printable } from './text/printable.ts';
import { truncate } from './text/width.ts';

/** Milliseconds before the line appears, so that quick reads do not flicker, and between two of its changes. */
const patience = 400;
const interval = 100;

const words: Readonly<Record<Progress['phase'], string>> = {
  fetch: 'fetching',
  unpack: 'unpacking',
  index: 'reading',
};

/** One line on a terminal that says how far a long read is. Nothing where there is no terminal. */
export class ProgressLine {
  readonly isShown: boolean;
  readonly #output: Output;
  readonly #now: () => number;
  #next: number;
  #isThere = false;

  constructor(output: Output, isQuiet: boolean, now: () => number = Date.now) {
    this.#output = output;
    this.isShown = output.isTerminal && !isQuiet;
    this.#now = now;
    this.#next = now() + patience;
  }

  show({ phase, what, bytes, total }: Progress): void {
    if (!this.isShown || this.#now() < this.#next) return;
    this.#next = this.#now() + interval;
    this.#isThere = true;
    const share = total ? `  ${Math.floor(Math.min(1, bytes / total) * 100)} %` : '';
    const text = `${words[phase]} ${printable(what)}  ${megabytes(bytes)}${total ? ` of ${megabytes(total)}` : ''} MB${share}`;
    this.#output.write(`\r${truncate(text, (this.#output.columns ?? 80) - 1)}${clearToEnd}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isThere) this.#output.write(`\r${clearToEnd}`);
    this.#isThere = false;
  }
}

/** EL, erase in line (ECMA-48 8.3.41). */
const clearToEnd = '\x1b[K';

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0);
}
