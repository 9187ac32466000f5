import { procDir, readNamespaceLink, readProcText } from './proc/read.ts';
import { parseStat } from './proc/stat.ts';

/** The network namespaces of this host, and a process in each: the way to its tables. */
export class Namespaces {
  readonly #pids = new Map<number, Set<number>>();
  readonly #of = new Map<number, number>();
  /** Processes whose namespace may not be read, when they were last looked at. */
  denied = 0;
  readonly #onEmpty: (namespace: number) => void;

  /** `onEmpty`: no process is known to be in a namespace any more. */
  constructor(onEmpty: (namespace: number) => void) {
    this.#onEmpty = onEmpty;
  }

  /** Those that a process is known to be in. */
  all(): number[] {
    return [...this.#pids.keys()];
  }

  /** Processes that were seen in it. */
  pidsIn(namespace: number): ReadonlySet<number> {
    return this.#pids.get(namespace) ?? none;
  }

  of(pid: number): number | undefined {
    return this.#of.get(pid);
  }

  /** Looks where all these processes are; others are forgotten. Returns namespaces that were not known before. */
  walk(pids: readonly number[]): number[] {
    const before = new Set(this.#pids.keys());
    const there = new Set(pids);
    for (const pid of this.#of.keys()) if (!there.has(pid)) this.ended(pid);
    this.denied = 0;
    for (const pid of pids) this.look(pid);
    return this.all().filter((namespace) => !before.has(namespace));
  }

  /** Where a process is now; undefined when it is gone or may not be looked at. */
  look(pid: number): number | undefined {
    const found = readNamespaceLink(pid, 'net');
    if (found === 'denied' && isRunning(pid)) this.denied++;
    const namespace = typeof found === 'number' ? found : undefined;
    if (namespace === this.#of.get(pid)) return namespace;
    this.ended(pid);
    if (namespace === undefined) return undefined;
    this.#of.set(pid, namespace);
    const known = this.#pids.get(namespace);
    if (known === undefined) this.#pids.set(namespace, new Set([pid]));
    else known.add(pid);
    return namespace;
  }

  ended(pid: number): void {
    const namespace = this.#of.get(pid);
    if (namespace === undefined) return;
    this.#of.delete(pid);
    const pids = this.#pids.get(namespace);
    pids?.delete(pid);
    if (pids?.size !== 0) return;
    this.#pids.delete(namespace);
    this.#onEmpty(namespace);
  }
}

/** What has ended keeps its namespaces from everybody, until its parent takes note of that. */
function isRunning(pid: number): boolean {
  const stat = parseStat(readProcText(`${procDir}/${pid}/stat`, 4096) ?? '');
  return stat !== undefined && !'ZX'.includes(stat.state);
}

const none: ReadonlySet<number> = new Set();
