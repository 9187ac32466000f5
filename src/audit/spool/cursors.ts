import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, type OnProblem, reasonOf } from '../problem.ts';
import { syncFolder } from './segments.ts';

/** How far one sink has taken the audits: a position in the spool, kept in a file of its own. */
export class Cursor {
  readonly sink: string;
  readonly #path: string;
  readonly #onProblem: OnProblem;
  #position: number;
  #stored: number;
  #storing: Promise<void> | undefined;
  #isFailing = false;
  #isClosed = false;

  constructor(sink: string, path: string, position: number, onProblem: OnProblem) {
    this.sink = sink;
    this.#path = path;
    this.#position = position;
    this.#stored = Number.NaN;
    this.#onProblem = onProblem;
  }

  get position(): number {
    return this.#position;
  }

  /** Counts at once; it is stored soon after, since at worst a sink gets audits again. */
  advance(position: number): void {
    if (this.#isClosed) return;
    this.#position = position;
    this.#storing ??= this.store().finally(() => {
      this.#storing = undefined;
    });
  }

  /**
   * Resolves when the position is in the file, or could not be put there, which is reported once. Whole it is after any
   * crash of this program; only where it is `isSynced` the disk is waited for, which would hold up audits: a machine
   * that loses its power may know an older position, or none, and audits come again.
   */
  async store(isSynced = false): Promise<void> {
    while (isSynced || this.#stored !== this.#position) {
      const position = this.#position;
      try {
        await writeWhole(this.#path, `${position}\n`, isSynced);
        this.#stored = position;
        this.#isFailing = false;
        if (isSynced) return;
      } catch (error) {
        if (!this.#isFailing)
          this.#onProblem({ id: 'cursor-lost', place: this.sink, message: reasonOf(error) });
        this.#isFailing = true;
        return;
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#storing;
    await this.store(true);
  }
}

/**
 * The cursors of these sinks. One that is new starts at `end`; one whose file is damaged at `start`, since a repeat is
 * better than a loss. Those of sinks that are no more go.
 */
export async function openCursors(
  dir: string,
  sinks: readonly string[],
  range: { start: number; end: number },
  onProblem: OnProblem,
): Promise<Cursor[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const cursors = await Promise.all(
    sinks.map(async (sink) => {
      const path = join(dir, sink);
      return new Cursor(sink, path, await readPosition(path, sink, range, onProblem), onProblem);
    }),
  );
  // A new sink's place must be known before the first audit: else a crash would put it behind that.
  await Promise.all(cursors.map((cursor) => cursor.store(true)));
  const gone = (await readdir(dir)).filter((name) => !sinks.includes(name));
  await Promise.all(gone.map((name) => unlink(join(dir, name)).catch(() => {})));
  return cursors;
}

async function readPosition(
  path: string,
  sink: string,
  range: { start: number; end: number },
  onProblem: OnProblem,
): Promise<number> {
  try {
    const text = await readFile(path, 'utf8');
    if (/^\d{1,16}\n$/.test(text)) return Number.parseInt(text, 10);
    onProblem({
      id: 'cursor-lost',
      place: sink,
      message: `${path} is damaged; all kept audits are sent again`,
    });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return range.end;
    onProblem({
      id: 'cursor-lost',
      place: sink,
      message: `${reasonOf(error)}; all kept audits are sent again`,
    });
  }
  return range.start;
}

async function writeWhole(path: string, text: string, isSynced: boolean): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    if (isSynced) await file.datasync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  if (isSynced) await syncFolder(join(path, '..'));
}
