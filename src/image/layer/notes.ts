import type { Severity } from '../../model/evidence.ts';

/** Something odd in a layer; kept with its index, so that a cached layer tells it again. */
export interface Note {
  id: string;
  severity: Severity;
  message: string;
}

const examples = 5;

/** Collects notes: of each kind the first few with their place, then only how many there were. */
export class Notes {
  readonly #counts = new Map<string, number>();
  readonly #notes: Note[] = [];

  add(id: string, severity: Severity, message: string): void {
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    if (count <= examples) this.#notes.push({ id, severity, message });
  }

  list(): Note[] {
    const more = [...this.#counts].filter(([, count]) => count > examples);
    return [
      ...this.#notes,
      ...more.map(([id, count]) => ({
        id,
        severity: this.#notes.find((note) => note.id === id)?.severity ?? 'low',
        message: `${count - examples} more of these`,
      })),
    ];
  }
}
