import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';

export type Compression = 'gzip' | 'zstd' | 'none' | 'bzip2' | 'xz' | 'lz4';

/** Tells a compression by its first bytes; media types and names are only claims. */
export function sniffCompression(start: Buffer): Compression {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  if (start.length < 4) return 'none';
  const word = start.readUInt32LE(0);
  // RFC 8878, 3.1.1 and 3.1.2: a frame, or a skippable one before it.
  if (word === 0xfd2fb528 || (word & 0xfffffff0) >>> 0 === 0x184d2a50) return 'zstd';
  if (start.toString('latin1', 0, 3) === 'BZh') return 'bzip2';
  if (start.toString('latin1', 1, 6) === '7zXZ\0') return 'xz';
  return word === 0x184d2204 ? 'lz4' : 'none';
}

/** Undoes a compression; what comes out goes to the `out` it was made with. */
export interface Inflater {
  /** Resolves once the chunk is used up. Rejects when the data is damaged. */
  write(chunk: Buffer): Promise<void>;
  /** Rejects when the data ends too early. */
  end(): Promise<void>;
  /** Drops what is left; nothing comes out after it. */
  stop(): void;
}

/** Node.js has it from 22.15 on. */
const nativeZstd = (zlib as { createZstdDecompress?: (options: object) => zlib.Gunzip }).createZstdDecompress;

/** The machine's threads inflate while this one reads headers and hashes: large pieces mean few changes. */
export const outputChunk = 256 * 1024;

/** `out` may throw; then `write` or `end` rejects with it. Undefined for a compression that can't be read. */
export function makeInflater(compression: Compression, out: (chunk: Buffer) => void): Inflater | undefined {
  if (compression === 'none') return new Copier(out);
  if (compression === 'gzip') return new StreamInflater(zlib.createGunzip({ chunkSize: outputChunk }), out);
  if (compression !== 'zstd') return undefined;
  return nativeZstd ? new StreamInflater(nativeZstd({ chunkSize: outputChunk }), out) : new ZstdInflater(out);
}

class Copier implements Inflater {
  readonly #out: (chunk: Buffer) => void;

  constructor(out: (chunk: Buffer) => void) {
    this.#out = out;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#out(chunk);
  }

  async end(): Promise<void> {}

  stop(): void {}
}

class StreamInflater implements Inflater {
  readonly #stream: zlib.Gunzip;
  #failure: unknown;
  #reject: ((error: unknown) => void) | undefined;

  constructor(stream: zlib.Gunzip, out: (chunk: Buffer) => void) {
    this.#stream = stream;
    stream.on('error', (error) => this.#fail(error));
    stream.on('data', (chunk: Buffer) => {
      if (this.#failure !== undefined) return;
      try {
        out(chunk);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  write(chunk: Buffer): Promise<void> {
    return this.#promise((done) => this.#stream.write(chunk, done));
  }

  end(): Promise<void> {
    return this.#promise((done) => {
      this.#stream.once('end', done);
      this.#stream.end();
    });
  }

  stop(): void {
    this.#failure ??= new Error('stopped');
    this.#stream.destroy();
  }

  #promise(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#reject = reject;
      start((error) => {
        if (error) this.#fail(error);
        else if (this.#failure === undefined) resolve();
      });
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#reject?.(this.#failure);
    this.#stream.destroy();
  }
}

/** zstd in JavaScript, some five times slower than the native one. */
class ZstdInflater implements Inflater {
  readonly #decompress: Decompress;
  #last: Buffer | undefined;

  constructor(out: (chunk: Buffer) => void) {
    this.#decompress = new Decompress((data) => {
      out(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    });
  }

  /** Keeps one chunk back, as the last one must be told to be the last. */
  async write(chunk: Buffer): Promise<void> {
    if (this.#last) this.#decompress.push(this.#last);
    this.#last = chunk;
  }

  async end(): Promise<void> {
    this.#decompress.push(this.#last ?? Buffer.alloc(0), true);
  }

  stop(): void {}
}
