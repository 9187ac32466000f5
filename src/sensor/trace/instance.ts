import { closeSync, constants, mkdirSync, open, read, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
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
  /** KiB of buffer for each processor. */
  bufferKilobytes: number;
  /** Whole lines, as the kernel writes them. */
  onLines: (lines: string[]) => void;
  /** It ended without `close`: the instance was taken away, or reading failed. */
  onEnd: (reason: string) => void;
}

/**
 * A tracing instance of our own: its events, buffers and filters are nobody else's, and it is gone when we close it.
 * One thread of the pool waits in its read.
 */
export class TraceInstance {
  readonly #dir: string;
  readonly #options: TraceOptions;
  #isClosed = false;
  #reading: Promise<void> | undefined;

  /** Throws an Error in a person's words where this host does not let us. */
  constructor(options: TraceOptions) {
    const root = places.find((place) => listInstances(place) !== undefined);
    if (root === undefined) throw new Error('tracefs is not mounted, or may not be read by this user');
    this.#options = options;
    this.#dir = join(
      root,
      'instances',
      `${prefix}${process.pid}-${readStartTime(process.pid)}-${options.purpose}`,
    );
    removeStale(root);
    mkdirSync(this.#dir);
    try {
      this.#set('buffer_size_kb', String(options.bufferKilobytes));
      this.#set('trace_clock', 'mono');
      for (const [event, filter] of Object.entries(options.events)) {
        if (filter !== '') this.#set(`events/${event}/filter`, filter);
        this.#set(`events/${event}/enable`, '1');
      }
    } catch (error) {
      rmdirSync(this.#dir);
      throw error;
    }
  }

  /** Begins to read; what the kernel wrote since the instance was made comes first. */
  async start(): Promise<void> {
    const fd = await promisify(open)(join(this.#dir, 'trace_pipe'), constants.O_RDONLY);
    this.#reading = this.#read(fd).finally(() => closeSync(fd));
  }

  /** Ends the reading and takes the instance away. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      // An event of our own, so that the read that waits returns.
      if (this.#reading !== undefined) this.#set('trace_marker', 'end\n');
      await this.#reading;
      rmdirSync(this.#dir);
    } catch {
      // Someone took it away before us.
    }
  }

  async #read(fd: number): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(64 * 1024);
    let rest = '';
    try {
      while (!this.#isClosed) {
        const { bytesRead } = await promisify(read)(fd, buffer, 0, buffer.length, null);
        if (this.#isClosed) return;
        if (bytesRead === 0) throw new Error('the kernel gives no more of it');
        const text = rest + buffer.toString('latin1', 0, bytesRead);
        const end = text.lastIndexOf('\n') + 1;
        rest = text.slice(end);
        if (end > 0) this.#options.onLines(text.slice(0, end - 1).split('\n'));
      }
    } catch (error) {
      if (!this.#isClosed) this.#options.onEnd((error as Error).message);
    }
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
