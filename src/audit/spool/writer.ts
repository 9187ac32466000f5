import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { endOf, type Segment, segmentAt, syncFolder } from './segments.ts';

/** Appends to the last segment, begins new ones and drops old ones. Knows bytes, not audits. */
export class SegmentWriter {
  /** Oldest first; the last one is written to. */
  readonly segments: Segment[];
  readonly #dir: string;
  readonly #segmentBytes: number;
  /** Where the next segment starts, when there is none to go on with. */
  #next: number;
  #file: FileHandle | undefined;

  /** `next` is beyond all positions that were ever given out. */
  constructor(dir: string, segments: Segment[], next: number, segmentBytes: number) {
    this.#dir = dir;
    this.segments = segments;
    this.#segmentBytes = segmentBytes;
    this.#next = next;
  }

  /** The position of the next byte. */
  get end(): number {
    const last = this.segments.at(-1);
    return last ? Math.max(endOf(last), this.#next) : this.#next;
  }

  get bytes(): number {
    return this.segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** On return the bytes are on disk. When it throws, nothing was appended, and it can be called again. */
  async append(bytes: Buffer): Promise<void> {
    const last = this.segments.at(-1);
    const goesOn = last !== undefined && last.size < this.#segmentBytes && endOf(last) === this.end;
    const segment = goesOn ? last : await this.#begin();
    try {
      // O_DSYNC: one call writes and waits for the disk.
      this.#file ??= await open(segment.path, constants.O_WRONLY | constants.O_DSYNC);
      let written = 0;
      while (written < bytes.length) {
        const left = bytes.length - written;
        written += (await this.#file.write(bytes, written, left, segment.size + written)).bytesWritten;
      }
    } catch (error) {
      await this.#undo(segment);
      throw error;
    }
    segment.size += bytes.length;
  }

  /** Removes the oldest segment if it ends at or before the position; the one being written to stays. */
  async dropOldest(upTo: number): Promise<boolean> {
    const [oldest, next] = this.segments;
    if (!oldest || !next || endOf(oldest) > upTo) return false;
    await unlink(oldest.path).catch(() => {});
    this.segments.shift();
    return true;
  }

  /** For a segment that somebody removed. */
  async forget(segment: Segment): Promise<void> {
    this.#next = this.end;
    const at = this.segments.indexOf(segment);
    if (at === this.segments.length - 1) await this.close();
    if (at >= 0) this.segments.splice(at, 1);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => {});
  }

  async #begin(): Promise<Segment> {
    await this.close();
    const segment = segmentAt(this.#dir, this.end);
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    // A file of this name can only be left from an attempt that failed: nothing in it was ever confirmed.
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_DSYNC;
    this.#file = await open(segment.path, flags, 0o600);
    try {
      await syncFolder(this.#dir);
    } catch (error) {
      await this.close();
      throw error;
    }
    this.segments.push(segment);
    return segment;
  }

  /** A part may have reached the file; what remains of it would be overwritten, or cut at the next start. */
  async #undo(segment: Segment): Promise<void> {
    await this.#file?.truncate(segment.size).catch(() => {});
    await this.close();
  }
}
