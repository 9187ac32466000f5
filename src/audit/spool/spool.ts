import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Audit } from '../../model/audit.ts';
import { codeOf, type OnProblem, reasonOf } from '../problem.ts';
import { type Cursor, openCursors } from './cursors.ts';
import { KnownAudits } from './known.ts';
import { lineOf } from './lines.ts';
import { lockSpool } from './lock.ts';
import { type Read, SpoolReader } from './reader.ts';
import { cutTorn, learn } from './recover.ts';
import { endOf, listSegments, type Segment } from './segments.ts';
import { type Waiting, WaitingAudits } from './waiting.ts';
import { SegmentWriter } from './writer.ts';

export interface SpoolOptions {
  dir: string;
  /** Names of all that read from it: `[a-z0-9-]+`. What one of them has not taken is kept. */
  sinks: readonly string[];
  /** Of all segments; at least 64 KiB. */
  maxBytes?: number;
  /** Of one segment. */
  segmentBytes?: number;
  /** Of the audits that wait in memory for the disk. */
  waitingBytes?: number;
  /** How many ids are remembered. */
  knownIds?: number;
  /** Milliseconds between attempts when the disk does not take what waits. */
  retryMs?: number;
}

/** An audit that could not be kept. */
export class AuditDroppedError extends Error {
  override readonly name = 'AuditDroppedError';
}

interface Parts {
  options: Required<SpoolOptions>;
  writer: SegmentWriter;
  known: KnownAudits;
  cursors: Cursor[];
  unlock: () => Promise<void>;
  onProblem: OnProblem;
}

/** Bytes that are written, and waited for, at once. */
const groupBytes = 1024 * 1024;

/**
 * Audits on disk, in order, until every sink has taken them, and longer while there is room. What `record` has
 * resolved for is there after any crash, once. `docs/audits.md` tells the rules.
 */
export class Spool {
  readonly cursors: readonly Cursor[];
  readonly #parts: Parts;
  readonly #reader: SpoolReader;
  readonly #waiting: WaitingAudits;
  readonly #listeners = new Set<() => void>();
  #writing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #trouble: string | undefined;
  #hasDropped = false;
  #isClosed = false;
  recorded = 0;
  dropped = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.cursors = parts.cursors;
    this.#reader = new SpoolReader(parts.writer, parts.onProblem);
    this.#waiting = new WaitingAudits(parts.options.waitingBytes);
  }

  /** Resolves when the audit is on disk, now or by an earlier call; rejects with AuditDroppedError. */
  async record(audit: Audit): Promise<void> {
    const { count } = audit.forensics;
    const waiting = this.#waiting.find(audit.id);
    if (waiting && waiting.audit.forensics.count >= count) return waiting.written;
    if ((this.#parts.known.count(audit.id) ?? 0) >= count) return;
    if (this.#isClosed) throw new AuditDroppedError('the spool is closed');
    const added = this.#waiting.add(audit, lineOf(audit), this.#parts.writer.end);
    if (!added) throw this.#drop(audit);
    if (this.#retry) this.#notify();
    else this.#write();
    return added.written;
  }

  /** The highest count that is on disk, or on its way there. */
  countOf(id: string): number | undefined {
    return this.#waiting.find(id)?.audit.forensics.count ?? this.#parts.known.count(id);
  }

  /** Resolves when what was recorded of this id is on disk. */
  async settled(id: string): Promise<void> {
    await this.#waiting.find(id)?.written;
  }

  /**
   * Audits that follow a position, of about `bytes`. They are on disk, unless the disk takes none: then those in
   * memory are given too, for an alarm must not wait until somebody has cleaned up.
   */
  async read(position: number, bytes: number): Promise<Read> {
    if (position < this.#parts.writer.end) return this.#reader.read(position, bytes);
    const waiting = this.#trouble === undefined ? [] : this.#waiting.all;
    const audits = waiting
      .filter(({ start }) => start >= position)
      .slice(0, 100)
      .map(({ audit, start, line }) => ({ audit, next: start + line.length }));
    return { audits, next: audits.at(-1)?.next ?? position };
  }

  /** The newest audits, oldest first, of each id what was recorded last. */
  async recent(count: number): Promise<Audit[]> {
    const written = await this.#reader.newest(count);
    const all = [...written, ...this.#waiting.all.map(({ audit }) => audit)];
    const newest = new Map<string, Audit>();
    for (const audit of all) {
      newest.delete(audit.id);
      newest.set(audit.id, audit);
    }
    return [...newest.values()].slice(-count);
  }

  /** Bytes that a sink has not taken yet, those in memory included. */
  backlog(cursor: Cursor): number {
    return Math.max(0, this.#parts.writer.end + this.#waiting.bytes - cursor.position);
  }

  /** Bytes on disk, bytes that wait for it, and why it does not take them. */
  state(): { bytes: number; waitingBytes: number; trouble: string | undefined } {
    return {
      bytes: this.#parts.writer.bytes,
      waitingBytes: this.#waiting.bytes,
      trouble: this.#trouble,
    };
  }

  /** Called whenever there may be more to read. Resolves to what ends that. */
  onMore(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes what waits, tries once more what the disk did not take, and gives the lock back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    this.#write();
    await this.#writing;
    clearTimeout(this.#retry);
    this.#giveUp(new AuditDroppedError(`not on disk when the spool was closed: ${this.#trouble}`));
    await Promise.all(this.cursors.map((cursor) => cursor.close()));
    await this.#parts.writer.close();
    await this.#parts.unlock();
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** All that came while one group was being written is the next group: many audits, one wait for the disk. */
  async #writeAll(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    // What is recorded in the same turn of the event loop goes together.
    await Promise.resolve();
    let most = groupBytes;
    while (this.#waiting.all.length > 0) {
      const group = this.#waiting.first(most);
      try {
        await this.#append(Buffer.concat(group.map(({ line }) => line)));
      } catch (error) {
        if (group.length === 1) return this.#wait(error);
        // There may be room for a part.
        most = group.reduce((sum, { line }) => sum + line.length, 0) / 2;
        continue;
      }
      this.#settle(group);
    }
  }

  #settle(group: readonly Waiting[]): void {
    this.#waiting.remove(group.length);
    for (const { audit, resolve } of group) {
      this.#parts.known.add(audit.id, audit.forensics.count);
      resolve();
    }
    this.recorded += group.length;
    if (this.#trouble !== undefined) this.#report('spool-well', 'audits are written to disk again');
    this.#trouble = undefined;
    this.#hasDropped = false;
    this.#notify();
  }

  /** Segments that all sinks have taken go first, when the spool's own bound or the disk leaves no room. */
  async #append(bytes: Buffer): Promise<void> {
    const { writer, options } = this.#parts;
    const taken = Math.min(...this.cursors.map(({ position }) => position), writer.end);
    while (writer.bytes + bytes.length > options.maxBytes) {
      if (!(await writer.dropOldest(taken))) throw new Error(this.#fullReason(taken));
    }
    for (;;) {
      try {
        return await writer.append(bytes);
      } catch (error) {
        const isFull = ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');
        if (!isFull || !(await writer.dropOldest(taken))) throw error;
      }
    }
  }

  #fullReason(taken: number): string {
    const late = this.cursors.filter(({ position }) => position === taken).map(({ sink }) => sink);
    return `the spool is full (${this.#parts.options.maxBytes} bytes) of audits that have not been taken by ${late.join(', ')}`;
  }

  #wait(error: unknown): void {
    const reason = reasonOf(error);
    if (this.#trouble === undefined) this.#report('spool-waiting', `audits wait in memory: ${reason}`);
    this.#trouble = reason;
    this.#retry = setTimeout(() => this.#write(), this.#parts.options.retryMs);
    this.#notify();
  }

  #drop(audit: Audit): AuditDroppedError {
    this.dropped++;
    const reason = this.#trouble ?? 'the disk is too slow';
    const message = `audit ${audit.id} was dropped, ${this.#waiting.bytes} bytes wait in memory already: ${reason}`;
    if (!this.#hasDropped) this.#report('audit-dropped', message);
    this.#hasDropped = true;
    return new AuditDroppedError(message);
  }

  #giveUp(error: Error): void {
    for (const { reject } of this.#waiting.all) reject(error);
    this.dropped += this.#waiting.all.length;
    this.#waiting.remove(this.#waiting.all.length);
  }

  #report(id: 'spool-waiting' | 'spool-well' | 'audit-dropped', message: string): void {
    this.#parts.onProblem({ id, place: this.#parts.options.dir, message });
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Opens a spool, or makes it. Throws SpoolLockedError, and the system's errors where the folder can't be used. */
export async function openSpool(given: SpoolOptions, onProblem: OnProblem): Promise<Spool> {
  const options = withDefaults(given);
  const dir = join(options.dir, 'segments');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const unlock = await lockSpool(options.dir);
  try {
    const segments = await listSegments(dir);
    const last = segments.at(-1);
    if (last) await cutTorn(last, onProblem);
    reportGaps(segments, onProblem);
    const known = new KnownAudits(options.knownIds);
    await learn(segments, known);
    const end = last ? endOf(last) : 0;
    const range = { start: segments[0]?.start ?? 0, end };
    const cursors = await openCursors(join(options.dir, 'cursors'), options.sinks, range, onProblem);
    // Audits that were delivered from memory are beyond what is on disk: their positions are not given out again.
    const next = Math.max(end, ...cursors.map(({ position }) => position));
    const writer = new SegmentWriter(dir, segments, next, options.segmentBytes);
    return new Spool({ options, writer, known, cursors, unlock, onProblem });
  } catch (error) {
    await unlock();
    throw error;
  }
}

function withDefaults(given: SpoolOptions): Required<SpoolOptions> {
  const maxBytes = Math.max(given.maxBytes ?? 128 * 1024 * 1024, 64 * 1024);
  return {
    segmentBytes: Math.min(4 * 1024 * 1024, Math.ceil(maxBytes / 8)),
    waitingBytes: 4 * 1024 * 1024,
    knownIds: 10_000,
    retryMs: 1000,
    ...given,
    maxBytes,
  };
}

function reportGaps(segments: readonly Segment[], onProblem: OnProblem): void {
  for (const [index, segment] of segments.entries()) {
    const before = segments[index - 1];
    if (!before || endOf(before) === segment.start) continue;
    const bytes = segment.start - endOf(before);
    onProblem({
      id: 'spool-gap',
      place: segment.path,
      message: `${bytes} bytes of audits before it are missing`,
    });
  }
}
