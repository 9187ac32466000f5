import type { Finding } from './evidence.ts';
import type { Origin, SocketKind } from './observation.ts';
import type { Listener, Transport } from './profile.ts';
import type { Workload } from './workload.ts';

export type Verdict =
  | 'expected'
  | 'unexpected-port'
  | 'port-hijack'
  | 'unknown-listener'
  | 'wider-address'
  | 'altered-app';

/** What the operator wants done. */
export type Effect = 'disable' | 'alert' | 'prevent' | 'block';

/** The record of one verdict that was not expected; its JSON is a contract (`docs/audit.schema.json`). */
export interface Audit {
  schema: 'berthwatch/audit/v1';
  /** The same for the same socket, process and verdict, also after a restart: a receiver can drop repeats. */
  id: string;
  /** ISO 8601, UTC, when the verdict was reached. */
  time: string;
  host: string;
  workload: Workload;
  verdict: Exclude<Verdict, 'expected'>;
  effect: Effect;
  /** What became of the effect, a person's words: `recorded` for `alert`. */
  outcome: string;
  listener: { transport: Transport | SocketKind; address: string; port: number };
  /** Null where the socket's holder could not be found. */
  process: AuditProcess | null;
  /** What the profile has on this port, or in its place for this app. */
  expected: Listener[];
  forensics: Forensics;
  /** The rule that chose the effect; null for the built-in default. */
  rule: string | null;
}

export interface AuditProcess {
  pid: number;
  exe: string;
  argv: string[];
  uid: number;
  /** ISO 8601, UTC. */
  startTime: string;
  /** Executables from the parent up to the container's first process. */
  lineage: string[];
  origin: Origin;
}

export interface Forensics {
  /** The verdict told in one or two sentences. */
  summary: string;
  /** ISO 8601, UTC: when the socket was first seen. */
  since: string;
  /** How it was seen: an event of the kernel or a pass over its tables. */
  source: 'event' | 'pass';
  /** The app pack and version that the profile rests on, where one was used. */
  packs: string[];
  /** What could not be known, and why. */
  unknown: string[];
  /** How often the same was seen; above 1 only where repeats were counted. */
  count: number;
  findings: Finding[];
}
