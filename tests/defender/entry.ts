import type { Verdict } from '../../src/model/audit.ts';
import type { ImageName } from './images.ts';
import type { Tool } from './tools.ts';

/** One thing that is done to a container. */
export type Step =
  /** A command in a session of its own, waited for. */
  | { exec: readonly string[]; user?: string }
  /** The same, left to itself. */
  | { start: readonly string[]; user?: string }
  /** Puts a tool into the container. */
  | { copy: Tool; to: string }
  /** A command that the server of the container runs, through a page that somebody left behind. */
  | { shell: string }
  /** A command of the engine; `{id}` stands for the container, `{pid}` for its first process, `{beside}` for the last one beside it. */
  | { docker: readonly string[] }
  /** A command of the host, in the same words. */
  | { host: readonly string[] }
  /** Another container, started now; `{id}` in its options. What is said of it counts too. */
  | { beside: ImageName; options?: readonly string[]; command?: readonly string[] }
  /** Waits until a shell in the container says yes. */
  | { until: string }
  /** Waits until the defender has judged a socket of it. */
  | { judged: string };

/** A container and what is done to it. */
export interface Entry {
  /** Its number in the list of attacks, or of benign days. */
  row: number;
  name: string;
  image: ImageName;
  /** Of `docker run`. */
  options?: readonly string[];
  /** In place of the image's own. */
  command?: readonly string[];
  /** Does no harm to others in the same container: they may share one, where image, options and command are the same. */
  shares?: boolean;
  /** Sockets that are judged before anything is done: `tcp 80`. */
  ready?: readonly string[];
  steps: readonly Step[];
}

/** What the defender must say, once, of one story. */
export interface Expected {
  verdict: Verdict;
  /** `tcp 0.0.0.0:80`; a port that the kernel chooses is `*`. */
  socket: string;
  /** The executable of the process that is named; null where nobody can be named. */
  exe: string | null;
  /** More than one may have it: who is named must be one of these. */
  or?: readonly (string | null)[];
  /** How often at most; once where it is left out. */
  times?: number;
  /** It is said of a container beside it. */
  ofBeside?: true;
}

export interface Attack extends Entry {
  /** Nothing more and nothing less than these. */
  expect: readonly Expected[];
}

export interface BenignDay extends Entry {
  /** Only one of it can be at a time. */
  alone?: boolean;
  /** Sockets that must have been judged as expected at the end, so that silence is no blindness. */
  finally?: readonly string[];
}
