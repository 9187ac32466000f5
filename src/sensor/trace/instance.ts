import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readFileSync,
  readSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readStartTime } from '../proc/process.ts';

/** Where tracefs is, newer place first (Documentation/trace/ftrace.rst). */
const places = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

const prefix = 'berthwatch-';

export interface TraceOptions {
  /** What the instance is for; part of its name. */
  purpose: string;
  /** `subsystem/event`, each with a filter in the kernel's own language or an empty one. */
  events: Readonly<Record<string, string>>;
  /** Those of them that not every kernel has. */
  optional?: readonly string[];
  /** KiB of buffer for each processor. */
  bufferKilobytes: number;
}

export interface TraceReader {
  /** Whole lines, as the kernel writes them; the bytes are only there until it returns. */
  onLines: (lines: Buffer) => void;
  /** It ended without `close`: the instance was taken away, or reading failed. */
  onEnd: (reason: string) => void;
}

/** A tracing instance of our own: its events, buffers and filters are nobody else's, and it is gone when we close it. */
export class TraceInstance {
  readonly #dir: string;
  readonly #events: readonly (readonly [string, string])[];
  #fd: number | undefined;
  readonly #buffer = Buffer.allocUnsafeSlow(64 * 1024);
  /** Bytes of a line that has not ended, at the start of the buffer. */
  #rest = 0;
  #isClosed = false;
  #reading: Promise<void> | undefined;

  /** Throws an Error in a person's words where this host does not let us. */
  constructor(options: TraceOptions) {
    const root = places.find((place) => listInstances(place) !== undefined);
    if (root === undefined) throw new Error('tracefs is not mounted, or may not be read by this user');
    const owner = `${process.pid}-${readStartTime(process.pid)}`;
    this.#dir = join(root, 'instances', `${prefix}${owner}-${options.purpose}`);
    this.#events = Object.entries(options.events).filter(
      ([event]) => !options.optional?.includes(event) || existsSync(join(root, 'events', event)),
    );
    removeStale(root);
    mkdirSync(this.#dir);
    try {
      this.#set('buffer_size_kb', String(options.bufferKilobytes));
      this.#set('trace_clock', 'mono');
      for (const [event, filter] of this.#events) {
        if (filter !== '') this.#set(`events/${event}/filter`, filter);
        this.#set(`events/${event}/enable`, '1');
      }
    } catch (error) {
      rmdirSync(this.#dir);
      throw error;
    }
  }

  /** Reads for as long as it is open, in one thread of the pool; what came since the instance was made comes first. */
  follow(reader: TraceReader): void {
    this.#fd = openSync(join(this.#dir, 'trace_pipe'), constants.O_RDONLY);
    this.#reading = this.#follow(this.#fd, reader);
  }

  /** What came since the last time: for events that can wait. Throws when it can't be read. */
  poll(onLines: TraceReader['onLines']): void {
    this.#fd ??= openSync(join(this.#dir, 'trace_pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      for (let count = -1; count !== 0; ) {
        count = readSync(this.#fd, this.#buffer, this.#rest, this.#buffer.length - this.#rest, null);
        this.#handOut(count, onLines);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }

  /** Whether it still does what it was made for: others with the right to it may have switched it off. */
  isIntact(): boolean {
    const has = (file: string, text: string) => readFileSync(join(this.#dir, file), 'utf8').trim() === text;
    try {
      return (
        has('tracing_on', '1') &&
        this.#events.every(
          ([event, filter]) =>
            has(`events/${event}/enable`, '1') && has(`events/${event}/filter`, filter || 'none'),
        )
      );
    } catch {
      return false;
    }
  }

  /** Ends the reading and takes the instance away. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      // An event of our own, so that the read that waits returns.
      this.#set('tracing_on', '1');
      this.#set('trace_marker', 'end\n');
      await this.#reading;
      if (this.#fd !== undefined) closeSync(this.#fd);
      rmdirSync(this.#dir);
    } catch {
      // Someone took it away before us.
    }
  }

  async #follow(fd: number, { onLines, onEnd }: TraceReader): Promise<void> {
    const readSome = promisify(read);
    try {
      while (!this.#isClosed) {
        const room = this.#buffer.length - this.#rest;
        const { bytesRead } = await readSome(fd, this.#buffer, this.#rest, room, null);
        if (this.#isClosed) return;
        if (bytesRead === 0) throw new Error('the kernel gives no more of it');
        this.#handOut(bytesRead, onLines);
      }
    } catch (error) {
      if (!this.#isClosed) onEnd((error as Error).message);
    }
  }

  #handOut(count: number, onLines: TraceReader['onLines']): void {
    const filled = this.#rest + count;
    const end = this.#buffer.lastIndexOf('\n', filled - 1) + 1;
    if (end > 0) onLines(this.#buffer.subarray(0, end));
    // A line that fills the buffer is none of the kernel's.
    this.#rest = end === 0 && filled === this.#buffer.length ? 0 : filled - end;
    this.#buffer.copyWithin(0, end, filled);
  }

  #set(file: string, text: string): void {
    writeFileSync(join(this.#dir, file), text);
  }
}

/** Undefined where there is no tracefs that we may read. */
function listInstances(root: string): string[] | undefined {
  try {
    return readdirSync(join(root, 'instances'));
  } catch {
    return undefined;
  }
}

/** Those of defenders that were killed. */
function removeStale(root: string): void {
  for (const name of listInstances(root) ?? []) {
    const [, pid, startTime] = /^berthwatch-(\d+)-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || readStartTime(Number(pid)) === Number(startTime)) continue;
    try {
      rmdirSync(join(root, 'instances', name));
    } catch {
      // Another defender was faster.
    }
  }
}
