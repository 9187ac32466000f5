import type { Certainty, Finding } from './evidence.ts';

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
  /** Does something and ends with status 0: prints its version, checks a config. */
  | 'ends'
  /** No pack knows it. */
  | 'unknown';

/** Asked about every program that a launcher is about to start. */
export interface Oracle {
  fate(launch: Launch): Fate;
  /** The argv that a program knows as a starter really runs (`pg_ctl start` → `postgres -D …`), or undefined. */
  becomes(launch: Launch): Becomes | undefined;
  /** Which of the running processes a program ends (`pg_ctl stop`). */
  stops?(launch: Launch, running: readonly Launch[]): readonly Launch[];
  /** The files that a program makes before it ends (`initdb`). */
  writes?(launch: Launch): readonly Written[];
}

/** A file that a known program makes: absolute path and text. */
export interface Written {
  path: string;
  text: string;
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
  /** The starter returns while the program goes on running in the background. */
  detaches: boolean;
}
