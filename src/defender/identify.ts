import { setTimeout as wait } from 'node:timers/promises';
import type { Ancestor, Entry, Process } from '../model/observation.ts';
import type { Declaration } from '../model/workload.ts';
import { FolderTree } from '../rootfs/folder.ts';
import { Rootfs } from '../rootfs/rootfs.ts';
import { RootView } from '../sensor/proc/origin.ts';
import { type ProcessFacts, readAncestor, readCgroup, readProcess } from '../sensor/proc/process.ts';
import { isThere, procDir, readProcText } from '../sensor/proc/read.ts';
import type { ProcessTree } from '../sensor/tree.ts';
import { ticksNow } from './clock.ts';
import { executableOf } from './executable.ts';

/** Where workloads come from. */
export interface Workloads {
  /** What is declared of the container, or of the unit of the host, that a cgroup text names. */
  of(cgroup: string, pid: number): Promise<Declaration>;
  /** `forget` is told the id of each container that has ended. */
  onEnded(forget: (id: string) => void): void;
}

export interface Identified {
  process: Process;
  declaration: Declaration;
  /** A process in whose root the executable and its files are: some servers lock themselves up in a folder. */
  root: number;
}

/** Milliseconds in which a runtime tells of a container that it has started again, and between looks for that. */
const longestStart = 5000;
const startInterval = 20;

/** Steps from a process up that are followed. */
const mostAncestors = 64;

/** Tells who a process is: whose, from where, and how it came there. */
export class Identifier {
  readonly #workloads: Workloads;
  readonly #tree: ProcessTree;

  constructor(workloads: Workloads, tree: ProcessTree) {
    this.#workloads = workloads;
    this.#tree = tree;
  }

  /** Undefined when it is gone. */
  async identify(pid: number): Promise<Identified | undefined> {
    const facts = readProcess(pid);
    if (facts === undefined || isEnding(facts)) return undefined;
    const declaration = await this.#declarationOf(facts.cgroup, pid);
    const { lineage, entry } = await this.#lineage(facts, declaration);
    const argv = this.#tree.argvOf(pid);
    const executedAt = this.#executedAt(facts);
    const { exe, origin, root } = executableOf(facts, declaration);
    const process: Process = {
      pid,
      startTime: facts.startTime,
      ...(executedAt === undefined ? {} : { executedAt }),
      exe,
      device: facts.device,
      inode: facts.inode,
      origin,
      argv: argv ?? facts.argv,
      isArgvLate: argv === undefined,
      uid: facts.uid,
      cwd: facts.cwd,
      entry,
      lineage,
    };
    return { process, declaration, root };
  }

  /** Its last program may not have been told of yet: then what is known is of the one before. */
  #executedAt({ pid, device, inode }: ProcessFacts): number | undefined {
    const { file, time } = this.#tree.programOf(pid) ?? {};
    if (file === undefined || !file.startsWith('/')) return undefined;
    const found = findFile(file, pid);
    return found?.device === device && found.inode === inode ? time : undefined;
  }

  /** One that has ended, by what was seen of it while it ran; undefined where that is too little. */
  async recall(pid: number): Promise<Identified | undefined> {
    const program = this.#tree.programOf(pid);
    const cgroup = this.#tree.cgroupOf(pid) || this.#cgroupAbove(pid);
    if (program?.file === undefined || cgroup === undefined) return undefined;
    const declaration = await this.#workloads.of(cgroup, pid);
    const root = declaration.pid || process.pid;
    const found = program.file.startsWith('/') ? findFile(program.file, root) : undefined;
    const { lineage, entry } = await this.#lineage({ pid, parent: 0 }, declaration);
    const recalled: Process = {
      pid,
      startTime: ticksNow(),
      executedAt: program.time,
      exe: found?.path ?? program.file,
      device: found?.device ?? 0,
      inode: found?.inode ?? 0,
      origin: found === undefined ? 'memory' : new RootView(root).originOf({ ...found, isUnlinked: false }),
      argv: program.argv ?? [],
      isArgvLate: program.argv === undefined,
      uid: -1,
      cwd: '/',
      entry,
      lineage,
    };
    return { process: recalled, declaration, root };
  }

  /** A container that was just started again may still be known by the first process that it had before. */
  async #declarationOf(cgroup: string, pid: number): Promise<Declaration> {
    for (const end = performance.now() + longestStart; ; await wait(startInterval)) {
      const declaration = await this.#workloads.of(cgroup, pid);
      const { pid: first } = declaration;
      if (first === 0 || isThere(first) || !isThere(pid) || performance.now() > end) return declaration;
    }
  }

  /** Of the nearest one above it that still runs. */
  #cgroupAbove(pid: number): string | undefined {
    for (let above = this.#tree.parentOf(pid); above !== undefined; above = this.#tree.parentOf(above)) {
      const cgroup = readCgroup(above);
      if (cgroup !== undefined) return cgroup;
    }
    return undefined;
  }

  /** Up to the container's first process, by the parents that each had when it was started. */
  async #lineage(
    facts: { pid: number; parent: number },
    declaration: Declaration,
  ): Promise<{ lineage: Ancestor[]; entry: Entry }> {
    const lineage: Ancestor[] = [];
    let current: { pid: number; parent: number } = facts;
    for (let step = 0; step < mostAncestors; step++) {
      if (isFirst(current.pid, declaration)) return { lineage, entry: 'start' };
      const pid = this.#tree.parentOf(current.pid) ?? current.parent;
      if (pid <= 0) break;
      const parent = readAncestor(pid);
      if (parent !== undefined && !(await this.#isIn(pid, declaration))) break;
      if (parent === undefined && this.#tree.parentOf(pid) === undefined) break;
      lineage.push({ pid, exe: parent?.exe ?? '' });
      current = { pid, parent: parent?.parent ?? 0 };
    }
    return { lineage, entry: declaration.workload.runtime === 'host' ? 'start' : 'exec' };
  }

  async #isIn(pid: number, { workload }: Declaration): Promise<boolean> {
    if (workload.runtime === 'host') return true;
    return (await this.#workloads.of(readCgroup(pid) ?? '', pid)).workload.id === workload.id;
  }
}

/** What a path that a program was executed by leads to, in the root of a process. */
function findFile(file: string, root: number): { path: string; device: number; inode: number } | undefined {
  let tree: FolderTree;
  try {
    tree = new FolderTree(`${procDir}/${root}/root`);
  } catch {
    return undefined;
  }
  try {
    const path = new Rootfs(tree).resolve(file);
    const identity = path === undefined ? undefined : tree.identity(path);
    return path === undefined || identity === undefined ? undefined : { ...identity, path };
  } finally {
    tree.close();
  }
}

/** The runtime's word counts; where it has none, the first process of a process namespace is the container's. */
function isFirst(pid: number, { pid: first, workload }: Declaration): boolean {
  if (workload.runtime === 'host') return pid === 1;
  if (first > 0) return pid === first;
  const ids =
    /^NSpid:\t(.*)$/m.exec(readProcText(`${procDir}/${pid}/status`, 4096) ?? '')?.[1]?.split('\t') ?? [];
  return ids.length > 1 && ids.at(-1) === '1';
}

/** Its memory is gone already, and its executable with it. */
function isEnding({ exe, argv }: ProcessFacts): boolean {
  return exe === '' && argv.length === 0;
}
