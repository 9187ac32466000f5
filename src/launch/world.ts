import { createHash } from 'node:crypto';
import type { Evidence, Finding, Severity } from '../model/evidence.ts';
import type { Launch, Oracle } from '../model/launch.ts';
import { Rootfs } from '../rootfs/rootfs.ts';
import type { Budget } from './budget.ts';
import type { Decisions, Enclosing } from './decisions.ts';
import type { Files } from './files.ts';
import type { Sink } from './io.ts';
import { Halt } from './jumps.ts';
import { launchLimits } from './limits.ts';
import type { Process } from './process.ts';
import type { Scripts } from './shell/syntax.ts';
import type { Status } from './texts.ts';

/** A launch with the files as they are when it starts: the image's, and what scripts wrote before. */
export type LaunchWithRootfs = Launch & {
  rootfs: Rootfs;
  /**
   * Set where this very process runs for certain and only the files that it finds are in doubt: all launches with
   * the same family are that process, each with the files of one way through the scripts.
   */
  family?: string;
  /** It runs in the background and its starter has waited for it to be ready: it holds its sockets and files. */
  isReady?: boolean;
  /** The process number of one that scripts may end, an unknown value, and the file that it writes it to. */
  pid?: string | undefined;
  pidFile?: string | undefined;
};

/** A process in the background. */
export interface Job {
  /** Its starter can wait for it; not for what has gone to the background by itself. */
  isChild: boolean;
  /** Its process number, an unknown value. */
  pid: string;
  ends: boolean;
  /** With what it has ended. */
  status: Status;
  /** Its launches, which end with it. */
  launches: LaunchWithRootfs[];
}

/** Why the container would end, told by the script itself. */
export interface Failure {
  status: number;
  /** Conditions that led there, innermost last. */
  enclosing: readonly Enclosing[];
  evidence: Evidence;
}

/** Script and line at which a process is started. */
export interface Place {
  path: string;
  line: number;
  text: string;
}

/** What an evaluation has started, at one moment. */
export interface WorldMark {
  launches: readonly LaunchWithRootfs[];
  ended: number;
  jobs: readonly Job[];
  failure: Failure | undefined;
  trace: number;
  names: number;
}

/** All that the processes of one evaluation share. */
export class World {
  readonly files: Files;
  readonly budget: Budget;
  readonly decisions: Decisions;
  readonly oracle: Oracle;
  readonly log: Sink;
  /** Scripts read so far, over all paths. */
  readonly scripts: Scripts;
  /** Runs a program; set by the room's entry so that shells, wrappers and tools need not import each other. */
  readonly run: (world: World, process: Process) => Status;
  launches: LaunchWithRootfs[] = [];
  /** Unknown programs that were taken to end. */
  ended: LaunchWithRootfs[] = [];
  jobs: Job[] = [];
  failure: Failure | undefined;
  /** How often something was looked at that is not given: a variable of the environment, a file. */
  lacks = 0;
  /** Whether the last status came about by looking at something that is not given. */
  asks = false;
  /** Where the evaluation is: offsets of statements and turns of loops, outermost first. */
  readonly trace: number[] = [];
  /** Numbers of the background processes that are being followed, outermost first. */
  readonly within: string[] = [];
  #names = 1;
  readonly #findings = new Map<string, Finding>();

  constructor(parts: Pick<World, 'files' | 'budget' | 'decisions' | 'oracle' | 'log' | 'run' | 'scripts'>) {
    this.files = parts.files;
    this.budget = parts.budget;
    this.decisions = parts.decisions;
    this.oracle = parts.oracle;
    this.log = parts.log;
    this.run = parts.run;
    this.scripts = parts.scripts;
  }

  /** A number that no temporary file has had. */
  nextName(): number {
    return this.#names++;
  }

  get findings(): Finding[] {
    return [...this.#findings.values()];
  }

  find(id: string, severity: Severity, message: string, evidence: readonly Evidence[] = []): void {
    const key = `${id}\0${message}`;
    if (this.#findings.size < 200 && !this.#findings.has(key)) {
      this.#findings.set(key, { id, severity, message, evidence: [...evidence] });
    }
  }

  /** What has been started so far, for `restore`. */
  save(): WorldMark {
    const jobs = this.jobs.map((job) => ({ ...job, launches: [...job.launches] }));
    const { failure } = this;
    const [ended, trace, names] = [this.ended.length, this.trace.length, this.#names];
    return { launches: [...this.launches], ended, jobs, failure, trace, names };
  }

  restore({ launches, ended, jobs, failure, trace, names }: WorldMark): void {
    this.#names = names;
    this.launches = [...launches];
    this.ended.length = Math.min(this.ended.length, ended);
    this.jobs = jobs.map((job) => ({ ...job, launches: [...job.launches] }));
    this.failure = failure;
    this.trace.length = trace;
  }

  /** What makes two states of it differ. */
  state(): string {
    const launches = this.launches.map(({ exe, argv, user, isReady }) => [exe, argv, user, isReady]);
    return JSON.stringify([launches, this.jobs.map(({ ends, launches: own }) => [ends, own.length])]);
  }

  /** Unknown programs since `from` that were taken to end, each once. */
  distinctEnded(from: number): LaunchWithRootfs[] {
    return [...new Map(this.ended.slice(from).map((launch) => [launch.argv.join('\0'), launch])).values()];
  }

  /** Ends this path here when another one has been in the same state at the same place. */
  join(state: string): void {
    if (!this.decisions.onOwnWay) return;
    this.budget.spend(16 + state.length / 64);
    const jobs = this.jobs.map(({ ends, launches }) => [ends, launches.length]);
    const { tree, doubts } = this.files;
    const parts = [this.trace.join(), state, tree.digest(), doubts, JSON.stringify(jobs)];
    const key = createHash('sha256').update(parts.join('\0')).digest('base64');
    this.decisions.join(key, this.launches.length);
  }

  /** Servers that run for certain by now. */
  get running(): LaunchWithRootfs[] {
    return this.launches.filter(({ isReady }) => isReady);
  }

  /** Notes that something may have ended any of the servers that run. */
  doubtServers(): void {
    this.#change((launch) => (launch.isReady ? { ...launch, isReady: false } : launch));
  }

  /** Puts other launches in place of those there are, in the background processes as well. */
  #change(change: (launch: LaunchWithRootfs) => LaunchWithRootfs): void {
    const changed = new Map(this.launches.map((launch) => [launch, change(launch)]));
    this.launches = [...changed.values()];
    for (const job of this.jobs) job.launches = job.launches.map((launch) => changed.get(launch) ?? launch);
  }

  /** Takes servers away that have been ended. */
  stop(stopped: readonly Launch[]): void {
    if (stopped.length === 0) return;
    const gone = new Set(stopped);
    for (const { pid = '', pidFile } of this.launches.filter((launch) => gone.has(launch))) {
      if (pidFile !== undefined && this.files.rootfs.readText(pidFile)?.trim() === pid)
        this.files.tree.remove(pidFile);
    }
    this.launches = this.launches.filter((launch) => !gone.has(launch));
    for (const job of this.jobs) {
      const left = job.launches.filter((launch) => !gone.has(launch));
      if (left.length === 0 && job.launches.length > 0) job.ends = true;
      job.launches = left;
    }
  }

  /** Gives servers that read their files again the files as they are now. */
  reload(servers: readonly Launch[]): void {
    if (servers.length === 0) return;
    const changed = new Set(servers);
    const rootfs = new Rootfs(this.files.tree.fork());
    this.#change((launch) => (changed.has(launch) ? { ...launch, rootfs } : launch));
  }

  /** Adds a launch, with the files as they are now. */
  record(found: LaunchWithRootfs): LaunchWithRootfs {
    const launch = { ...found, rootfs: new Rootfs(this.files.tree.fork()), pid: this.within.at(-1) };
    this.launches.push(launch);
    this.files.doubtRunFiles();
    if (this.launches.length > launchLimits.launches) {
      throw new Halt(`it starts more than ${launchLimits.launches} programs`);
    }
    return launch;
  }
}
