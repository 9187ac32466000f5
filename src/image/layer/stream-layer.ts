import { createHash } from 'node:crypto';
import type { Bounds } from '../bounds.ts';
import { type TarEnd, type TarHandler, TarStream } from '../tar/stream.ts';
import { LayerBoundError } from './indexer.ts';
import { type Inflater, makeInflater, sniffCompression } from './inflate.ts';

export interface StreamOptions {
  bounds: Bounds;
  /** Called before each chunk; throws to stop. */
  check?: () => void;
  /** Whether to compute the digest, which means to read to the end in any case. */
  hash: boolean;
  /** Called with the number of bytes that were read. */
  onBytes?: (count: number) => void;
}

export interface StreamResult {
  end: TarEnd;
  /** Why it was not read to its proper end, other than what `end` says. */
  damage: string | undefined;
  /** `sha256:…` of all bytes that came. */
  digest: string | undefined;
  bytes: number;
}

/**
 * Reads a layer of any compression as it comes: hash, inflate and read headers in one pass. Never throws on
 * what the bytes say; errors of the source, and of `check`, go up.
 */
export async function streamLayer(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  handler: TarHandler,
  options: StreamOptions,
): Promise<StreamResult> {
  const pass = new LayerPass(handler, options.bounds);
  const hash = options.hash ? createHash('sha256') : undefined;
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      options.check?.();
      bytes += chunk.length;
      options.onBytes?.(chunk.length);
      const written = pass.write(chunk);
      hash?.update(chunk);
      await written;
      if (pass.isDone && hash === undefined) break;
    }
    await pass.finish();
  } finally {
    pass.stop();
  }
  return { end: pass.end, damage: pass.damage, digest: hash && `sha256:${hash.digest('hex')}`, bytes };
}

/** Inflates chunks into a tar reader and watches the bounds. */
class LayerPass {
  readonly #bounds: Bounds;
  readonly #tar: TarStream;
  readonly #started = Date.now();
  #inflater: Inflater | undefined;
  #start: Buffer | undefined;
  #in = 0;
  #out = 0;
  damage: string | undefined;

  constructor(handler: TarHandler, bounds: Bounds) {
    this.#tar = new TarStream(handler);
    this.#bounds = bounds;
  }

  get isDone(): boolean {
    return this.damage !== undefined || this.#tar.end !== undefined;
  }

  get end(): TarEnd {
    return this.#tar.finish();
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.isDone) return;
    this.#in += chunk.length;
    const whole = this.#start ? Buffer.concat([this.#start, chunk]) : chunk;
    if (this.#inflater === undefined && whole.length < 6) {
      this.#start = whole;
      return;
    }
    this.#start = undefined;
    await this.#guard(() => this.#inflaterFor(whole)?.write(whole));
  }

  async finish(): Promise<void> {
    const { isDone } = this;
    if (isDone) return;
    const rest = this.#start;
    if (rest) await this.#guard(() => this.#inflaterFor(rest)?.write(rest));
    await this.#guard(() => this.#inflater?.end());
  }

  stop(): void {
    this.#inflater?.stop();
  }

  #inflaterFor(start: Buffer): Inflater | undefined {
    if (this.#inflater) return this.#inflater;
    const compression = sniffCompression(start);
    this.#inflater = makeInflater(compression, (chunk) => this.#take(chunk));
    if (this.#inflater === undefined)
      this.damage = `its compression, ${compression}, is not one of OCI images`;
    return this.#inflater;
  }

  async #guard(step: () => Promise<void> | undefined): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!this.isDone) this.damage = error instanceof LayerBoundError ? error.message : damageText(error);
    }
    if (this.isDone) this.stop();
  }

  #take(chunk: Buffer): void {
    if (this.isDone) return;
    this.#out += chunk.length;
    const { inflatedBytes, ratio, ratioAfter, layerTime } = this.#bounds;
    if (this.#out > inflatedBytes)
      throw new LayerBoundError(`it inflates to more than ${inflatedBytes} bytes`);
    if (this.#out > ratioAfter && this.#out / this.#in > ratio) {
      throw new LayerBoundError(`it inflates to more than ${ratio} times its size`);
    }
    if (Date.now() - this.#started > layerTime)
      throw new LayerBoundError(`it took more than ${layerTime} ms`);
    this.#tar.push(chunk);
  }
}

function damageText(error: unknown): string {
  return `its compressed data is damaged (${error instanceof Error ? error.message : String(error)})`;
}
