import type { RunningDefender } from '../../defender/run.ts';
import type { Output } from '../io.ts';
import type { Paint } from '../text/paint.ts';
import { painted, span } from '../text/styled.ts';
import { sightingsTable } from './sightings.ts';

/** Milliseconds between two pictures: changes come in bursts. */
const pause = 250;

const clear = '\x1b[H\x1b[2J';

/** The present state on a terminal, drawn anew when something changed. */
export class LiveTable {
  readonly #defender: () => RunningDefender | undefined;
  readonly #out: Output;
  readonly #paint: Paint;
  /** What was told last, oldest first. */
  readonly #told: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(defender: () => RunningDefender | undefined, out: Output, paint: Paint) {
    this.#defender = defender;
    this.#out = out;
    this.#paint = paint;
  }

  /** A line below the table; the last ones stay. */
  tell(line: string): void {
    this.#told.push(line);
    if (this.#told.length > 8) this.#told.shift();
    this.changed();
  }

  changed(): void {
    this.#timer ??= setTimeout(() => this.#draw(), pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #draw(): void {
    this.#timer = undefined;
    const defender = this.#defender();
    if (defender === undefined) return;
    const { level, workloads, audits } = defender.state();
    const sightings = defender.sightings();
    const head = `${sightings.length} sockets, ${workloads} workloads, ${audits.recorded} audits · ${level.name}: ${level.sees}`;
    const page = { width: this.#out.columns, paint: this.#paint };
    const lines = [
      painted([span(head, 'title')], this.#paint),
      '',
      ...sightingsTable(sightings, page),
      '',
      ...this.#told,
    ];
    this.#out.write(`${clear}${lines.join('\n')}\n`);
  }
}
