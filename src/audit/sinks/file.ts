import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reasonOf } from '../problem.ts';
import { DeliveryError, type Encode, type Sink } from './sink.ts';

export interface FileOptions {
  name: string;
  path: string;
  /** A file that would grow beyond it is moved to `path.1`; 0 for never. */
  maxBytes?: number;
  /** How many moved files are kept. */
  keep?: number;
}

/** Lines of JSON in a file. Another program may move the file away at any time: a new one is begun. */
export function fileSink(options: FileOptions, encode: Encode): Sink {
  const file = new RotatedFile(options.path, options.maxBytes ?? 64 * 1024 * 1024, options.keep ?? 5);
  return {
    name: options.name,
    deliver: async (batch) => {
      const lines = batch.map((audit) => Buffer.from(`${encode(audit)}\n`));
      let delivered = 0;
      try {
        while (delivered < lines.length) delivered += await file.append(lines.slice(delivered));
      } catch (error) {
        throw new DeliveryError(`${options.path}: ${reasonOf(error)}`, { delivered, cause: error });
      }
    },
    close: () => file.close(),
  };
}

class RotatedFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #keep: number;
  #file: FileHandle | undefined;

  constructor(path: string, maxBytes: number, keep: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#keep = keep;
  }

  /** Puts as many of the lines on disk as one file takes, and says how many; or throws, the file being as before. */
  async append(lines: readonly Buffer[]): Promise<number> {
    const { file, size } = await this.#current();
    const part = this.#fitting(lines, size);
    if (part.length === 0) {
      await this.#rotate();
      return 0;
    }
    const bytes = Buffer.concat(part);
    try {
      let written = 0;
      while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
      await file.datasync();
    } catch (error) {
      await file.truncate(size).catch(() => {});
      throw error;
    }
    return part.length;
  }

  /** An empty file takes a line of any length. */
  #fitting(lines: readonly Buffer[], size: number): readonly Buffer[] {
    if (this.#maxBytes <= 0) return lines;
    let sum = size;
    const end = lines.findIndex((line) => {
      sum += line.length;
      return sum > this.#maxBytes;
    });
    if (end < 0) return lines;
    return lines.slice(0, size === 0 ? Math.max(1, end) : end);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** The file that has the path now, which another program may have taken away from the one at hand. */
  async #current(): Promise<{ file: FileHandle; size: number }> {
    const named = await stat(this.#path).catch(() => undefined);
    const held = await this.#file?.stat();
    if (this.#file && named && held && named.ino === held.ino && named.dev === held.dev)
      return { file: this.#file, size: held.size };
    await this.close();
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o750 });
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND;
    const file = await open(this.#path, flags, 0o640);
    this.#file = file;
    return { file, size: await endLine(file) };
  }

  async #rotate(): Promise<void> {
    await this.close();
    for (let number = this.#keep - 1; number > 0; number--) {
      await rename(`${this.#path}.${number}`, `${this.#path}.${number + 1}`).catch(() => {});
    }
    if (this.#keep > 0) await rename(this.#path, `${this.#path}.1`);
    else await (await open(this.#path, 'w')).close();
  }
}

/** Ends a line that a crash left open, so that the next one stands by itself; returns the file's size. */
async function endLine(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  if (size === 0) return 0;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] === 0x0a) return size;
  await file.write('\n');
  return size + 1;
}
