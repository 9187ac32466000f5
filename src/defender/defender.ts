import type { Observation, Socket } from '../model/observation.ts';
import type { Declaration } from '../model/workload.ts';
import type { Level } from '../sensor/level.ts';
import { hasHostRoot, readCgroup, readStartTime } from '../sensor/proc/process.ts';
import { Sensor, type SensorOptions } from '../sensor/sensor.ts';
import { isEphemeral } from '../sensor/sockets/ephemeral.ts';
import type { ListenEvent } from '../sensor/trace/events.ts';
import type { Evaluator } from './evaluation/evaluator.ts';
import { mayPass, type Ruling } from './excuse.ts';
import { FirstStarts } from './first-starts.ts';
import { Floods } from './floods.ts';
import { hostDeclaration } from './host-declaration.ts';
import { type Identified, Identifier, type Workloads } from './identify.ts';
import { WorkloadProfile } from './workload-profile.ts';

/** One socket with who holds it and what it was judged to be. */
export interface Sighting {
  observation: Observation;
  declaration: Declaration;
  ruling: Ruling;
}

export interface DefenderOptions {
  evaluator: Evaluator;
  workloads: Workloads;
  /** Told of each verdict as it is reached, also of `expected`. */
  onSighting: (sighting: Sighting) => void;
  onGone?: (sighting: Sighting) => void;
  /** What is seen, and how soon, is not as it was. */
  onLevel?: (level: Level) => void;
  /** Something could not be seen or known: a person's words. */
  onProblem: (text: string) => void;
  sensor?: Partial<SensorOptions>;
}

/** Milliseconds that a UDP socket on a port of the kernel's choice must last before it counts as one that serves. */
const qualifyingTime = 10_000;

/** As `qualifyingTime`: of a listener, where its program opens and closes many. */
const stayingTime = 2000;

/** Watches all sockets of this host and judges each. */
export class Defender {
  readonly #options: DefenderOptions;
  readonly #sensor: Sensor;
  readonly #identifier: Identifier;
  readonly #profiles = new Map<string, WorkloadProfile>();
  readonly #sightings = new Map<number, Sighting>();
  readonly #floods = new Floods();
  readonly #firstStarts = new FirstStarts();
  /** When each socket was first seen: by the host's clock, which may be set, and by one that never jumps. */
  readonly #first = new Map<number, { time: number; now: number }>();
  /** Work under way, so that `settled` can wait for it. */
  readonly #work = new Set<Promise<void>>();
  #isFirstLook = true;

  constructor(options: DefenderOptions) {
    this.#options = options;
    this.#sensor = new Sensor(
      {
        onSocket: (socket, holders, source) => this.#do(() => this.#seen(socket, holders, source)),
        onGone: (socket) => this.#gone(socket),
        onVanished: (event) => this.#do(() => this.#vanished(event)),
        onExec: (pid) => this.#do(() => this.#prepare(pid)),
        onLevel: (level) => this.#isFirstLook || options.onLevel?.(level),
        onProblem: options.onProblem,
      },
      options.sensor,
    );
    this.#identifier = new Identifier(options.workloads, this.#sensor.tree);
  }

  get level(): Level {
    return this.#sensor.level;
  }

  /** All sockets that are open now, as they were judged. */
  get sightings(): readonly Sighting[] {
    return [...this.#sightings.values()];
  }

  /** Resolves when all that is there has been judged. */
  async start(): Promise<void> {
    this.#options.workloads.onEnded((id) => this.#profiles.delete(id));
    await this.#sensor.start();
    await this.settled();
    this.#isFirstLook = false;
  }

  /** Waits for judgements that are under way. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async stop(): Promise<void> {
    await this.#sensor.stop();
    await this.settled();
    this.#options.evaluator.close();
  }

  #do(work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch((error: Error) => this.#options.onProblem(error.message))
      .finally(() => this.#work.delete(running));
    this.#work.add(running);
  }

  /** So that its profile is there before it listens. */
  async #prepare(pid: number): Promise<void> {
    const cgroup = readCgroup(pid);
    if (cgroup === undefined) return;
    const declaration = await this.#options.workloads.of(cgroup, pid);
    const { id, runtime } = declaration.workload;
    // What sets a container up runs in its cgroup, with the host's files still.
    if (runtime === 'host' || this.#profiles.has(id) || hasHostRoot(pid)) return;
    await this.#profileOf(declaration)
      .declared(pid)
      .catch((error: Error) => {
        // One that has ended meanwhile listens on nothing.
        if (readCgroup(pid) !== undefined) throw error;
      });
  }

  async #seen(socket: Socket, pids: readonly number[], source: Observation['source']): Promise<void> {
    const first = this.#first.get(socket.inode) ?? { time: Date.now(), now: performance.now() };
    this.#first.set(socket.inode, first);
    const found = await Promise.all(pids.map((pid) => this.#identifier.identify(pid)));
    const holders = found.filter((each) => each !== undefined);
    const isFlood = this.#floods.lately(socket, holders[0]) !== undefined;
    const time = isEphemeral(socket) ? qualifyingTime : isFlood ? stayingTime : 0;
    const left = first.now + time - performance.now();
    if (left > 0) return this.#later(socket, pids, left);
    const observation: Observation = {
      socket,
      holders: holders.map(({ process }) => process),
      since: first.time,
      source,
    };
    if (holders.length === 0) observation.unresolved = 'no process that holds it could be found';
    await this.#judge(observation, holders);
  }

  /** A client's socket is gone by then. */
  #later(socket: Socket, pids: readonly number[], milliseconds: number): void {
    const first = this.#first.get(socket.inode);
    const timer = setTimeout(() => {
      if (this.#first.get(socket.inode) === first) this.#do(() => this.#seen(socket, pids, 'pass'));
    }, milliseconds);
    timer.unref();
  }

  async #vanished({ tid, address, port }: ListenEvent): Promise<void> {
    const running = await this.#identifier.identify(tid);
    const holder = running ?? (await this.#identifier.recall(tid));
    const near = holder ?? (await this.#nearest(tid));
    const socket: Socket = {
      transport: 'tcp',
      address,
      port,
      inode: 0,
      namespace: 0,
      uid: holder?.process.uid ?? -1,
    };
    const ending = running === undefined ? ', and its process had ended' : '';
    const unresolved = `it was closed before it could be looked at${ending}`;
    const holders = holder === undefined ? [] : [holder];
    const processes = holders.map(({ process }) => process);
    const observation: Observation = {
      socket,
      holders: processes,
      since: Date.now(),
      source: 'event',
      unresolved,
    };
    const lately = this.#floods.lately(socket, near);
    if (lately === undefined) await this.#judge(observation, holders, near);
    else this.#options.onSighting({ ...lately, observation });
  }

  /** The next process above one that has ended: it is of the same workload. */
  async #nearest(pid: number): Promise<Identified | undefined> {
    for (
      let above = this.#sensor.tree.parentOf(pid);
      above !== undefined;
      above = this.#sensor.tree.parentOf(above)
    ) {
      const found = await this.#identifier.identify(above);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** `near`: a process of the workload that it counts to. */
  async #judge(
    observation: Observation,
    holders: readonly Identified[],
    near: Identified | undefined = holders[0],
  ): Promise<void> {
    const declaration = near?.declaration ?? hostDeclaration;
    const ruling = await this.#profileOf(declaration).judge(observation.socket, holders, near);
    if (isOfEarlierLife(ruling)) return;
    const sighting = { observation, declaration, ruling };
    const { inode } = observation.socket;
    const first = this.#first.get(inode);
    const left = first === undefined ? 0 : first.now + qualifyingTime - performance.now();
    if (left > 0 && mayPass(ruling, observation.socket))
      return this.#later(
        observation.socket,
        holders.map(({ process }) => process.pid),
        left,
      );
    if (inode !== 0 && this.#first.has(inode)) this.#sightings.set(inode, sighting);
    this.#floods.add(sighting, near);
    this.#options.onSighting(sighting);
  }

  #gone({ inode }: Socket): void {
    const sighting = this.#sightings.get(inode);
    this.#sightings.delete(inode);
    this.#first.delete(inode);
    if (sighting !== undefined) this.#options.onGone?.(sighting);
  }

  #profileOf(declaration: Declaration): WorkloadProfile {
    const { id } = declaration.workload;
    const known = this.#profiles.get(id);
    if (known !== undefined && known.declaration.pid === declaration.pid) return known;
    const made = new WorkloadProfile(declaration, {
      evaluator: this.#options.evaluator,
      firstStarts: this.#firstStarts,
      isThereAlready: this.#isFirstLook,
    });
    this.#profiles.set(id, made);
    return made;
  }
}

/** A container's server that is just ending has files of mounts that were replaced when it was started again. */
function isOfEarlierLife({ verdict, holder, expected }: Ruling): boolean {
  if (verdict !== 'port-hijack' || holder === undefined) return false;
  const { pid, startTime, exe } = holder.process;
  return expected.some(({ program }) => program?.path === exe) && readStartTime(pid) !== startTime;
}
