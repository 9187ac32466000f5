import type { Declaration, RuntimeName } from '../model/workload.ts';

/** One container runtime of this machine, behind whichever interface it offers. All calls throw BerthwatchError. */
export interface Runtime {
  /** How changes come to be known. */
  readonly tells: 'events' | 'polled';
  identify(): Promise<Identity>;
  /**
   * The containers that run, or may any moment. For each an optional mark: as long as it stays the same, there is no
   * need to look at the container again.
   */
  list(): Promise<ReadonlyMap<string, string | undefined>>;
  /** What is declared of a container that runs or may any moment; undefined when there is none. */
  inspect(id: string): Promise<Declaration | undefined>;
  /** Where to look, for as long as the connection holds; it throws when that breaks. */
  changes(signal: AbortSignal): AsyncIterable<Change>;
  close(): void;
}

export interface Identity {
  runtime: Exclude<RuntimeName, 'host'>;
  version: string;
}

export type Change =
  /** Look at the whole list: the first change tells that no later one will be missed; again after some were lost. */
  | { kind: 'all' }
  /** Look at this one. */
  | { kind: 'one'; id: string };

/** What answers at an endpoint offers no interface for this: no trouble, merely nothing to ask. */
export class NotOffered extends Error {}
