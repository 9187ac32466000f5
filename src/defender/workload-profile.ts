import { posix } from 'node:path';
import type { Process, Socket } from '../model/observation.ts';
import type { Declaration } from '../model/workload.ts';
import { judgeBelowPorts } from '../policy/below-ports.ts';
import { compare, type Holder, type Judgement } from '../policy/compare.ts';
import {
  type ExpectedListener,
  type LiveProfile,
  mergeProfiles,
  type ReadConfig,
} from '../policy/live-profile.ts';
import { readEnvironment } from '../sensor/proc/process.ts';
import { isThere, procDir, readProcText } from '../sensor/proc/read.ts';
import { isBelowPorts } from '../sensor/sockets/ephemeral.ts';
import { isAltered } from './alteration.ts';
import { Baseline } from './baseline.ts';
import { Evaluations } from './evaluation/evaluations.ts';
import type { Evaluator } from './evaluation/evaluator.ts';
import { excused, type Ruling } from './excuse.ts';
import type { FirstStarts } from './first-starts.ts';
import type { Identified } from './identify.ts';
import { startOf } from './start-of.ts';
import { distrustOf, mayDeclare } from './trust.ts';

/** What the profiles of all workloads share. */
export interface ProfileContext {
  evaluator: Evaluator;
  firstStarts: FirstStarts;
  /** The workload ran before the defender looked. */
  isThereAlready: boolean;
}

const empty: LiveProfile = {
  listeners: [],
  configs: [],
  apps: [],
  packs: [],
  findings: [],
  isComplete: false,
};

/** What one workload should listen on, worked out when it is asked for and kept. */
export class WorkloadProfile {
  declaration: Declaration;
  readonly #evaluator: Evaluator;
  readonly #evaluations: Evaluations;
  readonly #baseline: Baseline;
  #declared: Promise<LiveProfile> | undefined;
  /** By executable: when the first process of it that was seen here executed it, milliseconds since 1970. */
  readonly #runs = new Map<string, number>();
  readonly #firstStarts: FirstStarts;

  constructor(declaration: Declaration, { evaluator, firstStarts, isThereAlready }: ProfileContext) {
    this.declaration = declaration;
    this.#evaluator = evaluator;
    this.#firstStarts = firstStarts;
    this.#evaluations = new Evaluations(evaluator);
    this.#baseline = new Baseline(declaration, isThereAlready);
  }

  /** What follows from the way it was started alone. `pid`: a process of it. */
  declared(pid: number): Promise<LiveProfile> {
    this.#declared ??= this.#evaluateStart(pid, 'declared').catch((error) => {
      // The process that was asked may be gone; the next one is asked again.
      this.#declared = undefined;
      throw error;
    });
    return this.#declared;
  }

  /**
   * Judges one socket; what is configured is read again before anything but `expected` is said. `near`: a process of
   * the workload, where no holder is known.
   */
  async judge(
    socket: Socket,
    holders: readonly Identified[],
    near: Identified | undefined = holders[0],
  ): Promise<Ruling> {
    for (const { process } of holders) this.#remember(process);
    const profile = near === undefined ? empty : this.#marked(await this.#known(near.root), near);
    if (isBelowPorts(socket.transport)) return this.#belowPorts(socket, holders, profile);
    const seen = asSeen(socket, near?.process.pid);
    const ruling = compare(
      seen,
      holders.map((each) => this.#holder(each, undefined, profile)),
      profile,
    );
    if (ruling.verdict === 'expected')
      return (await this.#inSession(holders, ruling, profile)) ?? { ...ruling, profile };
    if (holders.length === 0) return excused({ ...ruling, profile }, socket, this.#baseline);
    // A process that has ended meanwhile is judged by what was known before.
    const now = await this.#now(holders, profile).catch(() => undefined);
    if (now === undefined) return excused({ ...ruling, profile }, socket, this.#baseline);
    const again = compare(seen, now.holders, now.profile);
    return excused({ ...again, profile: now.profile }, socket, this.#baseline);
  }

  #belowPorts(socket: Socket, holders: readonly Identified[], profile: LiveProfile): Ruling {
    const isHost = this.declaration.workload.runtime === 'host';
    const known = holders.map((each) => this.#holder(each, undefined, profile));
    return { ...judgeBelowPorts(socket, known, isHost), profile };
  }

  /** A server that somebody started in a session must have been given what the container's start gives it. */
  async #inSession(
    holders: readonly Identified[],
    ruling: Judgement,
    profile: LiveProfile,
  ): Promise<Ruling | undefined> {
    const known = new Set(profile.configs.map(({ path }) => path));
    for (const each of holders.filter(({ process }) => process.entry === 'exec')) {
      const own = await this.#evaluateProcess(each).catch(() => empty);
      const other = own.configs.find((config) => !known.has(config.path) || this.#isAltered(config, each));
      if (other === undefined) continue;
      const holder = this.#holder(each, own.apps[0], profile);
      const reason = `${each.process.exe} was started in a session, with ${other.path}, which is not of the container’s start`;
      return { ...ruling, verdict: 'altered-app', holder, reason, profile };
    }
    return undefined;
  }

  /** Nothing where the container has ended before it could be looked at. */
  #known(pid: number): Promise<LiveProfile> {
    return this.declared(pid).catch(() => empty);
  }

  /** As things are now: config files are read again, and what trusted processes were given counts. */
  async #now(holders: readonly Identified[], declared: LiveProfile) {
    const profiles: LiveProfile[] = [];
    const known: Holder[] = [];
    for (const each of holders) {
      const own = await this.#evaluateProcess(each);
      if (mayDeclare(each.process, declared)) profiles.push(this.#marked(own, each));
      known.push(this.#holder(each, own.apps[0], declared));
    }
    const [first] = holders as [Identified];
    // A server that was started anew may have been by a script that decides otherwise now.
    profiles.push(this.#marked(await this.#evaluateStart(first.root, keyOf(first)), first));
    // What else runs there does not make the container one whose programs are not known.
    return {
      holders: known,
      profile: { ...mergeProfiles([...profiles, declared]), isComplete: declared.isComplete },
    };
  }

  #holder({ process }: Identified, app: string | undefined, profile: LiveProfile): Holder {
    return { process, app, distrust: distrustOf(process, profile) };
  }

  /** Where it was not seen to be executed, only the time since the container's start tells. */
  #remember({ exe, executedAt = Number.POSITIVE_INFINITY }: Process): void {
    const known = this.#runs.get(exe);
    if (known !== undefined && executedAt >= known) return;
    this.#runs.set(exe, executedAt);
    const { workload, pid } = this.declaration;
    this.#firstStarts.add(workload.id, pid, exe, executedAt);
  }

  /** Listeners behind which stands a file that was changed inside the container since its app first ran are marked. */
  #marked(profile: LiveProfile, near: Identified): LiveProfile {
    const altered = new Set(
      profile.configs.filter((config) => this.#isAltered(config, near)).map(({ path }) => path),
    );
    if (altered.size === 0) return profile;
    const listeners = profile.listeners.map((expected): ExpectedListener => {
      const sources = [...expected.listener.evidence.map(({ path }) => path), ...(expected.scripts ?? [])];
      const path = sources.find((each) => each !== undefined && altered.has(each));
      return path === undefined ? expected : { ...expected, alteredBy: path };
    });
    return { ...profile, listeners };
  }

  #isAltered(config: ReadConfig, { process: { exe } }: Identified): boolean {
    const now = this.#runs.get(exe) ?? 0;
    const ever = this.#firstStarts.of(this.declaration.workload.id, exe) ?? now;
    return isAltered(config, this.declaration, { now, ever });
  }

  async #evaluateStart(pid: number, key: string): Promise<LiveProfile> {
    if (this.declaration.workload.runtime === 'host') return empty;
    // The first process that is known may be that of a life before.
    const first = this.declaration.pid;
    const root = first > 0 && isThere(first) ? first : pid;
    const { start } = this.declaration;
    const profile = await this.#evaluations.get(`start ${key}`, {
      kind: 'start',
      pid: root,
      start: start ?? startOf(root),
      ipv6: hasIpv6(root),
    });
    // Without its runtime's word there is only what the first process shows now, which it may have rewritten.
    return start === undefined ? { ...profile, isComplete: false } : profile;
  }

  /** Only what may be an app has anything to be evaluated. */
  async #evaluateProcess(each: Identified): Promise<LiveProfile> {
    const { pid, exe, argv, cwd, uid } = each.process;
    if (!this.#evaluator.mayKnow([exe, argv[0] ?? ''].map((path) => posix.basename(path)))) return empty;
    const process = { exe, argv: [...argv], env: readEnvironment(pid), cwd, uid };
    return this.#evaluations.get(keyOf(each), {
      kind: 'process',
      pid: each.root,
      process,
      ipv6: hasIpv6(pid),
    });
  }
}

/** One program of one process. */
function keyOf({ process: { pid, startTime, device, inode } }: Identified): string {
  return [pid, startTime, device, inode].join(' ');
}

/** Whether the network namespace of a process has an address of IPv6. */
function hasIpv6(pid: number): boolean {
  return (readProcText(`${procDir}/${pid}/net/if_inet6`, 4096) ?? '') !== '';
}

/** Without addresses of IPv6 the wildcard of both families is that of IPv4. */
function asSeen(socket: Socket, pid: number | undefined): Socket {
  if (socket.address !== '::' || pid === undefined || hasIpv6(pid)) return socket;
  return { ...socket, address: '0.0.0.0' };
}
