import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { BerthwatchError } from '../base/errors.ts';

/** A regular file that is held open and read at any place. */
export class OpenFile {
  readonly path: string;
  readonly size: number;
  /**
   * Names these very bytes: real path, device, inode, size, times. Undefined when the file was changed so lately
   * that a next change could bear the same time.
   */
  readonly identity: string | undefined = undefined;
  #fd: number;

  /**
   * `descriptor`: of a file of our own that is open already and may have lost its name; it has no identity.
   * Throws SOURCE_NOT_FOUND or SOURCE_UNREADABLE.
   */
  constructor(path: string, descriptor?: number) {
    this.path = path;
    this.#fd = descriptor ?? openToRead(path);
    const stat = fstatSync(this.#fd, { bigint: true });
    if (!stat.isFile()) {
      this.close();
      throw new BerthwatchError('SOURCE_UNREADABLE', 'it is not a regular file', { place: path });
    }
    this.size = Number(stat.size);
    if (descriptor !== undefined || !isSettled(stat, Date.now())) return;
    const names = [realpathSync(path), stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs];
    this.identity = names.join('\0');
  }

  /** Fills the buffer, or its first `size` bytes, from a place on; fewer bytes only at the end of the file. */
  read(buffer: Buffer, position: number, size: number = buffer.length): number {
    let done = 0;
    while (done < size) {
      const count = readSync(this.#fd, buffer, done, size - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}

/**
 * Whether a change from now on would show in a file's times. Kernels take times from a clock that ticks every few
 * milliseconds; some file systems keep whole seconds only.
 */
export function isSettled(times: { mtimeNs: bigint; ctimeNs: bigint }, now: number): boolean {
  return [times.mtimeNs, times.ctimeNs].every((time) => {
    const tick = time % 1_000_000_000n === 0n ? 2_100 : 25;
    return now - Number(time / 1_000_000n) > tick;
  });
}

function openToRead(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

function cannotOpen(path: string, cause: unknown): BerthwatchError {
  const code = (cause as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? new BerthwatchError('SOURCE_NOT_FOUND', 'there is no such file', { place: path, cause })
    : new BerthwatchError('SOURCE_UNREADABLE', `it can't be opened (${code ?? cause})`, {
        place: path,
        cause,
      });
}

/** A part of an open file: the bytes of one blob or layer. */
export interface FileRange {
  file: OpenFile;
  offset: number;
  size: number;
}

/** Reads at most `limit` bytes of a range. */
export function readRange(range: FileRange, limit: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, Math.min(range.size, limit)));
  return buffer.subarray(0, range.file.read(buffer, range.offset));
}

/** The range in chunks, each a buffer of its own. */
export function* chunksOf(range: FileRange, chunkBytes = 256 * 1024): Generator<Buffer> {
  for (let at = 0; at < range.size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, range.size - at));
    const count = range.file.read(buffer, range.offset + at);
    if (count === 0) return;
    at += count;
    yield buffer.subarray(0, count);
  }
}
