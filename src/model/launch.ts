import type { Certainty, Evidence, Finding } from './evidence.ts';

/** How a container is started: the image config with what `docker run` would change already put in. */
export interface Start {
  entrypoint: readonly string[];
  cmd: readonly string[];
  /** Environment, later entries win. */
  env: Readonly<Record<string, string>>;
  /** Working directory, absolute. */
  cwd: string;
  /** As in the image config: `name`, `uid`, `name:group`, `uid:gid`, or empty for root. */
  user: string;
}

/** One process that the container will run. */
export interface Launch {
  /** The program's path in the image, as found (links not followed); undefined when it was not found. */
  exe: string | undefined;
  /** The same with all links followed. */
  realExe: string | undefined;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  user: User;
  /** It is the container's process number 1. */
  first?: boolean;
  /** All of its standard input, where a script gives it; left out where it can't be known. */
  stdin?: () => string;
  /** The steps from the image's entrypoint to this process, outermost first. */
  via: readonly ViaStep[];
  certainty: Certainty;
}

export interface User {
  name: string;
  /** Undefined when the name is not in the image's passwd file. */
  uid: number | undefined;
}

export interface ViaStep {
  /** What led on: a program (`/usr/bin/tini`), or a script. */
  program: string;
  /** Script and line where the next step was taken. */
  path?: string;
  line?: number;
  /** A person's words: `exec "$@"`, `runs as user postgres`. */
  text: string;
}

/** What a program does once started, as far as its pack knows. */
export type Fate =
  /** Runs in the foreground until the container ends. */
  | 'stays'
  /** Goes to the background; the caller carries on at once. */
  | 'detaches'
  /** Does something and ends, with status 0 unless `Oracle.ending` says otherwise: prints its version, checks a config. */
  | 'ends'
  /** No pack knows it. */
  | 'unknown';

/**
 * Asked about every program that a launcher is about to start. `started`: the servers that have been started by then;
 * `running`: those of them that run for certain.
 */
export interface Oracle {
  fate(launch: Launch): Fate;
  /** The argv that a program knows as a starter really runs (`pg_ctl start` → `postgres -D …`), or undefined. */
  becomes(launch: Launch, started: readonly Launch[]): Becomes | undefined;
  /** What a program does to files and servers before it ends (`initdb`, `pg_ctl stop`); undefined: no such program. */
  effects?(launch: Launch, started: readonly Launch[]): Effects | undefined;
  /** Other programs that a server starts, beside which it goes on. */
  children?(launch: Launch): readonly ChildProgram[];
  /** The file to which a server writes its process id, absolute; undefined: to none, or none that is known. */
  pidFile?(launch: Launch): string | undefined;
  /** How a program of a known fate ends at once instead; undefined: it does not. */
  ending?(launch: Launch, running: readonly Launch[]): Ending | undefined;
}

/** A program that a server starts beside itself; without a user or working directory it has the server's. */
export interface ChildProgram {
  argv: readonly string[];
  /** As in `Start.user`. */
  user: string | undefined;
  cwd: string | undefined;
  /** The server ends where it fails. */
  isVital: boolean;
  /** Where its command is written. */
  at: Evidence | undefined;
}

/** What a program that ends leaves behind. */
export interface Effects {
  status: number;
  /** What it prints; left out where that can't be known. */
  output?: string | undefined;
  /** What it prints to its standard error, if anything. */
  errors?: string | undefined;
  changes: readonly FileChange[];
  /** It may have ended any server that runs. */
  mayStop?: boolean;
  /** Servers that it ends, and those that it makes read their files again. */
  stops: readonly Launch[];
  reloads: readonly Launch[];
}

/** A file or link that a known program makes, or a path that it removes; absolute. */
export type FileChange =
  | { path: string; text: string }
  | { path: string; link: string }
  | { path: string; gone: true };

/** A program that ends at once: a server that refuses its config, a check that finds it wrong. */
export interface Ending {
  status: number;
  /** A person's words. */
  why: string;
  /** False where that depends on what may be mounted when the container runs. */
  certain: boolean;
  /** It is not its own config but a server that runs already. */
  byOthers: boolean;
}

/** All launches of one start, with what could not be followed. */
export interface Launches {
  launches: Launch[];
  findings: Finding[];
}

/** What a starter program runs in its place. */
export interface Becomes {
  argv: string[];
  /** A person's words. */
  text: string;
  /** Servers that the starter ends first. */
  stops?: readonly Launch[];
  /** The starter returns while the program goes on running in the background. */
  detaches: boolean;
}
