import type { Start } from '../../model/launch.ts';

/** What is to be evaluated over the live files of a container. Plain data: it goes to another process. */
export type EvaluationRequest =
  /** A whole container, from its declared start. `pid`: a process whose root is the container's. */
  | { kind: 'start'; pid: number; start: Start; ipv6: boolean }
  /** One process that runs, by what it was given at exec. */
  | { kind: 'process'; pid: number; process: RunningProgram; ipv6: boolean };

export interface RunningProgram {
  /** Canonical, in its root. */
  exe: string;
  argv: string[];
  env: Record<string, string>;
  cwd: string;
  uid: number;
}
