import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BerthwatchError } from '../../base/errors.ts';
import { addFinding, type Context } from '../context.ts';
import { OpenFile } from '../files.ts';
import { makeInflater, sniffCompression } from '../layer/inflate.ts';

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
 * Writes what comes into a temporary file, inflated when it is compressed. Damage in the data is told, and what came before it is kept. Throws LIMIT_EXCEEDED.
 */
export async function spool(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  about: SpoolSource,
  context: Context,
): Promise<Spool> {
  const dir = mkdtempSync(join(tmpdir(), 'berthwatch-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  try {
    const path = join(dir, 'archive.tar');
    await write(path, chunks, about, context);
    const file = new OpenFile(path);
    if (process.platform !== 'win32') remove();
    return {
      file,
      close: () => {
        file.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function write(
  path: string,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  { place, total, phase }: SpoolSource,
  context: Context,
): Promise<void> {
  const fd = openSync(path, 'wx', 0o600);
  let written = 0;
  let read = 0;
  const out = (chunk: Buffer) => {
    written += chunk.length;
    if (written > context.bounds.spoolBytes) {
      throw new BerthwatchError('LIMIT_EXCEEDED', `it holds more than ${context.bounds.spoolBytes} bytes`, {
        place,
      });
    }
    for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
  };
  let inflater: ReturnType<typeof makeInflater>;
  try {
    for await (const chunk of chunks) {
      context.check();
      read += chunk.length;
      context.progress({ phase, what: place, bytes: read, total });
      inflater ??= makeInflater(sniffCompression(chunk), out);
      if (inflater === undefined) {
        throw new BerthwatchError(
          'SOURCE_UNREADABLE',
          `its compression, ${sniffCompression(chunk)}, is not supported`,
          {
            place,
            next: 'unpack it first',
          },
        );
      }
      await inflater.write(chunk);
    }
    await inflater?.end();
  } catch (error) {
    if (error instanceof BerthwatchError || context.options.signal?.aborted || isSystemError(error))
      throw error;
    const reason = error instanceof Error ? error.message : String(error);
    addFinding(
      context,
      'archive-damaged',
      'high',
      `${place}: its compressed data is damaged (${reason}); read up to there`,
    );
  } finally {
    inflater?.stop();
    closeSync(fd);
  }
}

/** Of the disk, not of the data. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
