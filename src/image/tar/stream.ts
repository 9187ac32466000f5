import { type Next, TarDecoder, type TarEntry } from './decoder.ts';
import { blockSize } from './header.ts';

/** Takes the stored bytes of one entry. */
export interface BodySink {
  /** False when no more of it is wanted. The chunk is a view that is used again: copy what is kept. */
  write(chunk: Buffer): boolean;
  /** Called once all wanted bytes came; not called when the archive ends before. */
  end(): void;
}

export interface TarHandler {
  /** One entry and where its data starts in the archive. Returns a sink when its data is wanted. */
  entry(entry: TarEntry, offset: number): BodySink | undefined;
  /** True once nothing more is wanted. */
  readonly isDone?: boolean;
}

/** Why reading stopped: a proper end, or damage and the place of the bad block, or of the cut. */
export type TarEnd = { kind: 'end' } | { kind: 'damaged'; reason: string; offset: number };

/** Reads an archive that comes in chunks of any size. Bodies that nobody wants are passed over without a copy. */
export class TarStream {
  readonly #handler: TarHandler;
  readonly #decoder = new TarDecoder();
  readonly #carry = Buffer.alloc(blockSize);
  #carried = 0;
  #meta: Buffer | undefined;
  #sink: BodySink | undefined;
  /** Bytes of the present body, and the padding after it. */
  #body = 0;
  #padding = 0;
  #offset = 0;
  #end: TarEnd | undefined;

  constructor(handler: TarHandler) {
    this.#handler = handler;
  }

  /** Set once nothing after this point is read. */
  get end(): TarEnd | undefined {
    return this.#end;
  }

  /** Takes the next bytes; false once the archive has ended. */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length && this.#end === undefined) {
      if (this.#handler.isDone) this.#end = { kind: 'end' };
      const before = at;
      if (this.#body > 0) at = this.#takeBody(chunk, at);
      else if (this.#padding > 0) at = this.#takePadding(chunk, at);
      else at = this.#takeBlock(chunk, at);
      this.#offset += at - before;
    }
    return this.#end === undefined;
  }

  /** Says that no more bytes come. */
  finish(): TarEnd {
    const isBetween = this.#body === 0 && this.#carried === 0 && this.#meta === undefined;
    const cut: TarEnd = { kind: 'damaged', reason: 'it is cut off', offset: this.#offset };
    this.#end ??= isBetween ? { kind: 'end' } : cut;
    return this.#end;
  }

  #takeBody(chunk: Buffer, at: number): number {
    const part = Math.min(this.#body, chunk.length - at);
    if (this.#meta) chunk.copy(this.#meta, this.#meta.length - this.#body, at, at + part);
    else if (this.#sink && !this.#sink.write(chunk.subarray(at, at + part))) this.#endSink();
    this.#body -= part;
    if (this.#body === 0) this.#bodyDone();
    return at + part;
  }

  #bodyDone(): void {
    const meta = this.#meta;
    this.#meta = undefined;
    this.#endSink();
    if (meta) this.#next(this.#decoder.meta(meta), 0);
  }

  #endSink(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    sink?.end();
  }

  #takePadding(chunk: Buffer, at: number): number {
    const part = Math.min(this.#padding, chunk.length - at);
    this.#padding -= part;
    return at + part;
  }

  #takeBlock(chunk: Buffer, at: number): number {
    if (this.#carried === 0 && chunk.length - at >= blockSize) {
      this.#next(this.#decoder.block(chunk, at), blockSize);
      return at + blockSize;
    }
    const part = Math.min(blockSize - this.#carried, chunk.length - at);
    chunk.copy(this.#carry, this.#carried, at, at + part);
    this.#carried += part;
    if (this.#carried === blockSize) {
      this.#carried = 0;
      this.#next(this.#decoder.block(this.#carry, 0), part);
    }
    return at + part;
  }

  /** `ahead`: bytes of this chunk that are used up but not yet counted. */
  #next(next: Next, ahead: number): void {
    if (next.kind === 'block') return;
    if (next.kind === 'end') {
      this.#end = next;
    } else if (next.kind === 'damaged') {
      this.#end = { ...next, offset: this.#offset + ahead - blockSize };
    } else if (next.kind === 'entry') {
      this.#sink = this.#handler.entry(next.entry, this.#offset + ahead);
      this.#expect(next.entry.stored);
    } else {
      if (next.kind === 'meta') this.#meta = Buffer.alloc(next.size);
      this.#expect(next.size);
    }
  }

  #expect(size: number): void {
    this.#body = size;
    this.#padding = padding(size);
    if (size === 0) this.#bodyDone();
  }
}

/** Zero bytes between data of this size and the next header. */
export function padding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}
