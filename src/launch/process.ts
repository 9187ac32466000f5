import type { ViaStep } from '../model/launch.ts';
import type { Io } from './io.ts';
import type { Identity } from './users.ts';

/** One program that is about to run, with all that it inherits. */
export interface Process {
  argv: readonly string[];
  /** The file to run, where it is not what argv[0] leads to. */
  file?: string;
  env: ReadonlyMap<string, string>;
  cwd: string;
  user: Identity;
  io: Io;
  via: readonly ViaStep[];
  role: Role;
  /** It is the container's first process (process number 1). */
  first: boolean;
  /** A condition asks for its status: where it can't be known, both must be looked at. */
  condition: boolean;
  /** Started by a shell, which runs a file without magic number as a script. */
  byShell: boolean;
  /** Scripts and wrappers that led here. */
  depth: number;
  /** The program that looks among its own applets before it follows the search path, of which this is a child. */
  applets?: string | undefined;
  /** Who writes its files: `/entrypoint.sh:12`. */
  origin: string;
}

/**
 * `main`: the container lives as long as it does, and nothing of its starter comes after it.
 * `background`: its starter goes on at once. `called`: its starter waits for it.
 */
export type Role = 'main' | 'background' | 'called';
