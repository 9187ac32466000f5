import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BerthwatchError } from '../../base/errors.ts';
import { addFinding, type Context } from '../context.ts';
import { OpenFile } from '../files.ts';
import { type Inflater, makeInflater, sniffCompression } from '../layer/inflate.ts';

/** A temporary file that is gone once it is closed, or, where the system allows it, even if the process dies. */
export interface Spool {
  file: OpenFile;
  close(): void;
}

export interface SpoolSource {
  place: string;
  /** Bytes that will come, where known. */
  total: number | undefined;
  phase: 'fetch' | 'unpack';
}

/**
 * Writes what comes into a temporary file, inflated when it is compressed. Damage in the data is told, and what
 * came before it is kept. Throws LIMIT_EXCEEDED, and SOURCE_UNREADABLE when the disk is full.
 */
export async function spool(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  about: SpoolSource,
  context: Context,
): Promise<Spool> {
  const { path, descriptor, remove } = makeTemporary();
  try {
    await new SpoolWriter(descriptor, about, context).write(chunks);
    const file = new OpenFile(path, descriptor);
    const close = () => {
      file.close();
      remove();
    };
    return { file, close };
  } catch (error) {
    closeSync(descriptor);
    remove();
    throw error;
  }
}

/** A file that loses its name at once where the system allows it: so nothing is left, however the process ends. */
function makeTemporary(): { path: string; descriptor: number; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'berthwatch-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  const path = join(dir, 'archive.tar');
  const descriptor = openSync(path, 'wx+', 0o600);
  if (process.platform !== 'win32') remove();
  return { path, descriptor, remove };
}

class SpoolWriter {
  readonly #descriptor: number;
  readonly #about: SpoolSource;
  readonly #context: Context;
  #read = 0;
  #written = 0;

  constructor(descriptor: number, about: SpoolSource, context: Context) {
    this.#descriptor = descriptor;
    this.#about = about;
    this.#context = context;
  }

  async write(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const { place, total, phase } = this.#about;
    let inflater: Inflater | undefined;
    try {
      for await (const chunk of chunks) {
        this.#context.check();
        this.#read += chunk.length;
        this.#context.progress({ phase, what: place, bytes: this.#read, total });
        inflater ??= this.#inflaterFor(chunk);
        await inflater.write(chunk);
      }
      await inflater?.end();
    } catch (error) {
      this.#tell(error);
    } finally {
      inflater?.stop();
    }
  }

  #inflaterFor(start: Buffer): Inflater {
    const compression = sniffCompression(start);
    const inflater = makeInflater(compression, (chunk) => this.#out(chunk));
    if (inflater) return inflater;
    throw new BerthwatchError('SOURCE_UNREADABLE', `its compression, ${compression}, is not supported`, {
      place: this.#about.place,
      next: 'unpack it first',
    });
  }

  #out(chunk: Buffer): void {
    this.#written += chunk.length;
    const { spoolBytes, spoolRatio, ratioAfter } = this.#context.bounds;
    const isBomb = this.#written > ratioAfter && this.#written > this.#read * spoolRatio;
    if (isBomb || this.#written > spoolBytes) {
      const bound = isBomb ? `${spoolRatio} times its size` : `${spoolBytes} bytes`;
      throw new BerthwatchError('LIMIT_EXCEEDED', `it inflates to more than ${bound}`, {
        place: this.#about.place,
      });
    }
    for (let at = 0; at < chunk.length; ) at += writeSync(this.#descriptor, chunk, at);
  }

  /** Damaged data is told; all else goes up. */
  #tell(error: unknown): void {
    const { place } = this.#about;
    if (error instanceof BerthwatchError || this.#context.options.signal?.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && 'syscall' in error) {
      throw new BerthwatchError('SOURCE_UNREADABLE', `its temporary copy can't be written (${reason})`, {
        place,
        cause: error,
        next: 'make room, or set TMPDIR to a folder with room for the unpacked archive',
      });
    }
    const message = `${place}: its compressed data is damaged (${reason}); read up to there`;
    addFinding(this.#context, 'archive-damaged', 'high', message);
  }
}
