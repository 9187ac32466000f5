import type { FileRange } from '../files.ts';
import { type Next, TarDecoder } from './decoder.ts';
import { blockSize } from './header.ts';
import { type BodySink, padding, type TarEnd, type TarHandler } from './stream.ts';

/** Bytes of one read: a header and the start of its data; larger reads cost more than they save. */
const windowBytes = 8 * 1024;
const bodyChunk = 256 * 1024;

/**
 * Reads an uncompressed archive in a file, jumping over the bodies that nobody wants.
 * Offsets given to the handler count from the start of the range. `check` runs now and then and may throw.
 */
export function walkTar(range: FileRange, handler: TarHandler, check: () => void = () => {}): TarEnd {
  const decoder = new TarDecoder();
  const window = new Window(range);
  let at = 0;
  for (let blocks = 0; ; blocks++) {
    if (blocks % 4096 === 0) check();
    const left = window.have(at);
    if (left === 0) return { kind: 'end' };
    if (left < blockSize) return cutOff(at + left);
    let next: Next = decoder.block(window.buffer, at - window.start);
    at += blockSize;
    if (next.kind === 'meta') {
      const meta = window.at(at, next.size);
      if (meta.length < next.size) return cutOff(at + meta.length);
      at += next.size + padding(next.size);
      next = decoder.meta(meta);
    }
    if (next.kind === 'end') return next;
    if (next.kind === 'damaged') return { ...next, offset: at - blockSize };
    if (next.kind === 'skip') at += next.size + padding(next.size);
    if (next.kind !== 'entry') continue;
    const { stored } = next.entry;
    const sink = handler.entry(next.entry, at);
    if (sink) feed(window, at, stored, sink);
    at += stored + padding(stored);
    if (at - padding(stored) > range.size) return cutOff(range.size);
  }
}

function cutOff(offset: number): TarEnd {
  return { kind: 'damaged', reason: 'it is cut off', offset };
}

function feed(window: Window, start: number, size: number, sink: BodySink): void {
  for (let at = 0; at < size; ) {
    const chunk = window.at(start + at, Math.min(size - at, at === 0 ? windowBytes - blockSize : bodyChunk));
    if (chunk.length === 0) return;
    at += chunk.length;
    if (!sink.write(chunk)) break;
  }
  sink.end();
}

/** The last bytes read, so that a header and what follows it cost one read. */
class Window {
  readonly buffer = Buffer.alloc(windowBytes);
  /** Place in the range of the buffer's first byte. */
  start = 0;
  #length = 0;
  readonly #range: FileRange;

  constructor(range: FileRange) {
    this.#range = range;
  }

  /** Sees to it that the block at a place is in the buffer; gives how much of it there is. */
  have(position: number): number {
    const left = Math.max(0, Math.min(blockSize, this.#range.size - position));
    if (position < this.start || position + left > this.start + this.#length) this.#fill(position);
    return Math.max(0, Math.min(left, this.start + this.#length - position));
  }

  /** Bytes at a place in the range; fewer at its end. Good until the next call. */
  at(position: number, size: number): Buffer {
    const left = Math.max(0, Math.min(size, this.#range.size - position));
    if (left > windowBytes) return this.#large(position, left);
    if (position < this.start || position + left > this.start + this.#length) this.#fill(position);
    const from = position - this.start;
    return this.buffer.subarray(from, Math.min(from + left, this.#length));
  }

  #fill(position: number): void {
    const size = Math.max(0, Math.min(windowBytes, this.#range.size - position));
    this.start = position;
    this.#length = this.#range.file.read(this.buffer, this.#range.offset + position, size);
  }

  #large(position: number, size: number): Buffer {
    const buffer = Buffer.allocUnsafe(size);
    return buffer.subarray(0, this.#range.file.read(buffer, this.#range.offset + position));
  }
}
