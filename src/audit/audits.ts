import type { Audit } from '../model/audit.ts';
import { bounded } from './bounded.ts';
import { Delivery, type DeliveryOptions, type DeliveryState } from './deliver.ts';
import type { OnProblem } from './problem.ts';
import { Repeats, type RepeatsOptions } from './repeats.ts';
import { makeSink, type SinkOptions } from './sinks/make.ts';
import type { Sink } from './sinks/sink.ts';
import { openSpool, type Spool, type SpoolOptions } from './spool/spool.ts';

export interface AuditsOptions {
  spool: Omit<SpoolOptions, 'sinks'>;
  sinks: readonly (SinkOptions & DeliveryOptions)[];
  /** Berthwatch's own, for events of OCSF. */
  version?: string;
  repeats?: Omit<RepeatsOptions, 'recordedCount'>;
  /** Milliseconds of a clock that never jumps. */
  now?: () => number;
}

export interface AuditsState {
  /** Audits put on disk since the start, told repeats included. */
  recorded: number;
  /** Audits that could not be kept. */
  dropped: number;
  spoolBytes: number;
  /** Bytes of audits that wait in memory for the disk. */
  waitingBytes: number;
  /** Why the disk does not take audits now. */
  error: string | undefined;
  sinks: DeliveryState[];
}

/** The record of audits: on disk first, then to every sink. */
export interface Audits {
  /**
   * Resolves when the audit is on disk, or was counted as a repeat of one that is. With a full disk that takes until
   * there is room: don't wait for it before an effect is carried out. Rejects with AuditDroppedError.
   */
  record(audit: Audit): Promise<void>;
  /** The newest audits, oldest first, each with its latest count. */
  recent(count: number): Promise<Audit[]>;
  state(): AuditsState;
  /** Records what was counted, delivers what is there for at most so many milliseconds, and ends. */
  close(deadlineMs?: number): Promise<void>;
}

/** Milliseconds between looks at repeats whose time has come. */
const lookMs = 1000;

/**
 * Opens the spool and begins to deliver. Throws SpoolLockedError when another process has it, and the system's errors
 * when the spool's folder or a sink's file of keys can't be used.
 */
export async function openAudits(options: AuditsOptions, onProblem: OnProblem): Promise<Audits> {
  const now = options.now ?? (() => performance.now());
  const sinks = await Promise.all(options.sinks.map((sink) => makeSink(sink, options.version)));
  checkNames(sinks);
  const spool = await openSpool({ ...options.spool, sinks: sinks.map(({ name }) => name) }, onProblem);
  const repeats = new Repeats({ ...options.repeats, recordedCount: (id) => spool.countOf(id) });
  const deliveries = sinks.flatMap((sink, index) => {
    const cursor = spool.cursors[index];
    return cursor ? [new Delivery(spool, sink, cursor, options.sinks[index] ?? {}, onProblem)] : [];
  });
  const record = recorder(spool, repeats);
  const timer = setInterval(() => {
    for (const audit of repeats.due(now())) record(audit).catch(() => {});
  }, lookMs).unref();
  return {
    record: async (audit) => {
      const told = repeats.see(bounded(audit), now());
      return told ? record(told) : spool.settled(audit.id);
    },
    recent: (count) => spool.recent(count),
    state: () => stateOf(spool, deliveries),
    close: async (deadlineMs = 5000) => {
      clearInterval(timer);
      const last = repeats.rest().map((audit) => record(audit).catch(() => {}));
      if (spool.state().trouble === undefined) await Promise.all(last);
      await Promise.all(deliveries.map((delivery) => delivery.close(deadlineMs)));
      await spool.close();
    },
  };
}

/** Of an audit that was dropped the next look is a first one again; the spool has reported it. */
function recorder(spool: Spool, repeats: Repeats): (audit: Audit) => Promise<void> {
  return async (audit) => {
    try {
      await spool.record(audit);
    } catch (error) {
      repeats.forget(audit.id);
      throw error;
    }
  };
}

function checkNames(sinks: readonly Sink[]): void {
  const names = sinks.map(({ name }) => name);
  const wrong = names.find((name, index) => !/^[a-z0-9-]{1,64}$/.test(name) || names.indexOf(name) !== index);
  if (wrong !== undefined)
    throw new Error(`the sink's name "${wrong}" is not unique letters, digits and hyphens`);
}

function stateOf(spool: Spool, deliveries: readonly Delivery[]): AuditsState {
  const { bytes, waitingBytes, trouble } = spool.state();
  return {
    recorded: spool.recorded,
    dropped: spool.dropped,
    spoolBytes: bytes,
    waitingBytes,
    error: trouble,
    sinks: deliveries.map((delivery) => delivery.state()),
  };
}
