import type { Declaration } from '../model/workload.ts';

/** Milliseconds that a container is remembered after its end: what it did last is judged a moment later. */
const remembered = 60_000;

/** Whose word counts: root's engines before those of a user, who may say of a container what he likes. */
export interface Source {
  rank: number;
}

interface Entry {
  declaration: Declaration;
  /** The cgroup of its first process; empty while there is none, or it can't be told. */
  home: string;
  source: Source;
  mark: string | undefined;
  /** When it ended. */
  ended?: number;
}

/** What the engines declare of containers, by their ids. */
export class Table {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The running container, or the one that has just ended. */
  get(id: string): Declaration | undefined {
    return this.#entries.get(id)?.declaration;
  }

  /** As `cgroup.ts` asks. */
  home(id: string): string | undefined {
    return this.#entries.get(id)?.home;
  }

  mark(id: string, source: Source): string | undefined {
    const entry = this.#entries.get(id);
    return entry?.source === source && entry.ended === undefined ? entry.mark : undefined;
  }

  /** Whether that is news. */
  put(declaration: Declaration, home: string, source: Source, mark?: string): boolean {
    const { id } = declaration.workload;
    const before = this.#entries.get(id);
    if (before && before.source !== source && before.source.rank <= source.rank) return false;
    this.#entries.set(id, { declaration, home, source, mark });
    const isSame =
      before?.ended === undefined && JSON.stringify(before?.declaration) === JSON.stringify(declaration);
    return !isSame;
  }

  /** What the container was; undefined when that is no news. */
  end(id: string, source: Source): Declaration | undefined {
    this.forget();
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.source !== source || entry.ended !== undefined) return undefined;
    // Put in again, so that the entries stand in the order of their ends.
    this.#entries.delete(id);
    this.#entries.set(id, { ...entry, ended: this.#now() });
    return entry.declaration;
  }

  /** Ids of containers that run, or may any moment. */
  live(source?: Source): string[] {
    return [...this.#entries]
      .filter(([, entry]) => entry.ended === undefined && (source === undefined || entry.source === source))
      .map(([id]) => id);
  }

  all(): Declaration[] {
    return this.live().flatMap((id) => this.get(id) ?? []);
  }

  /** Lets go of what ended a while ago. */
  forget(): void {
    const now = this.#now();
    for (const [id, { ended }] of this.#entries) {
      if (ended !== undefined && now - ended > remembered) this.#entries.delete(id);
    }
  }
}
