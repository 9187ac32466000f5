/** What a process was given when it executed its program, before that could rewrite it. */
export interface Executed {
  /** Undefined where it could not be looked at in time. */
  argv: readonly string[] | undefined;
  /** The path as it was given. */
  file: string | undefined;
  /** When that was, milliseconds since 1970. */
  time: number;
}

/** What is kept of one process after it was seen. */
interface Node {
  parent: number;
  /** Its own, or, where it runs the program of the process that started it, that one's. */
  program: Executed | undefined;
  /** Whether it executed a program itself. */
  hasExecuted: boolean;
  /** Paths of the cgroups that it, or one above it, was put into. */
  cgroups: ReadonlySet<string>;
  children: number;
  hasEnded: boolean;
}

/** Hierarchies that are remembered of one process: cgroup 1 has about a dozen. */
const mostCgroups = 16;

const none: ReadonlySet<string> = new Set();

const fresh: Node = {
  parent: 0,
  program: undefined,
  hasExecuted: false,
  cgroups: none,
  children: 0,
  hasEnded: false,
};

/** Processes that are remembered at once; the oldest go first. */
const mostNodes = 200_000;

/**
 * Who started whom, as it was when it happened. The kernel hands a process whose parent ended to another one, so what
 * /proc shows later is not where it came from.
 */
export class ProcessTree {
  readonly #nodes = new Map<number, Node>();
  /** Those that ended last: what they did may be told of only now. */
  readonly #recent = new Set<number>();
  readonly #mostRecent: number;

  constructor(mostRecent = 1024) {
    this.#mostRecent = mostRecent;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** Also for threads: those have no descendants and end like processes. */
  forked(parent: number, child: number): void {
    this.#forget(child);
    const known = this.#nodes.get(parent);
    if (known !== undefined) known.children++;
    const { program, cgroups = none } = known ?? {};
    this.#nodes.set(child, { ...fresh, parent, program, cgroups });
    if (this.#nodes.size > mostNodes) this.#forget(this.#nodes.keys().next().value as number);
  }

  /** What was known of it holds no more. */
  executed(pid: number, argv: Executed['argv'], file?: string): void {
    const node = this.#nodes.get(pid);
    const program = { argv, file, time: Date.now() };
    if (node !== undefined) Object.assign(node, { program, hasExecuted: true });
    else if (argv !== undefined) this.#nodes.set(pid, { ...fresh, program, hasExecuted: true });
  }

  /** It was put into a cgroup; of several hierarchies each tells. */
  moved(pid: number, cgroup: string): void {
    const node = this.#nodes.get(pid);
    if (node !== undefined) node.cgroups = new Set([...[...node.cgroups].slice(1 - mostCgroups), cgroup]);
  }

  /** It is remembered for as long as a descendant of it runs, and for a moment in any case. */
  ended(pid: number): void {
    const node = this.#nodes.get(pid);
    if (node === undefined || node.hasEnded) return;
    node.hasEnded = true;
    this.#recent.delete(pid);
    this.#recent.add(pid);
    if (this.#recent.size <= this.#mostRecent) return;
    const [last] = this.#recent;
    if (last === undefined) return;
    this.#recent.delete(last);
    const ended = this.#nodes.get(last);
    if (ended !== undefined) this.#drop(last, ended);
  }

  /** Those that are remembered and have not ended, as far as it is known. */
  pids(): number[] {
    return [...this.#nodes].filter(([, { hasEnded }]) => !hasEnded).map(([pid]) => pid);
  }

  /** Whether its end was told of; it may still be there for a moment. */
  hasEnded(pid: number): boolean {
    return this.#nodes.get(pid)?.hasEnded === true;
  }

  /** Undefined where it was not seen when it started. */
  parentOf(pid: number): number | undefined {
    return this.#nodes.get(pid)?.parent || undefined;
  }

  /** Undefined where it was not seen when it executed its program. */
  argvOf(pid: number): readonly string[] | undefined {
    const node = this.#nodes.get(pid);
    return node?.hasExecuted ? node.program?.argv : undefined;
  }

  /** The program of a process, or of a thread, also when it was executed by the one that started it. */
  programOf(pid: number): Executed | undefined {
    return this.#nodes.get(pid)?.program;
  }

  /** The cgroups that it, or one above it, was seen to be put into, as /proc/PID/cgroup would show them; empty for none. */
  cgroupOf(pid: number): string {
    const paths = [...(this.#nodes.get(pid)?.cgroups ?? none)];
    return paths.map((path) => `0::${path}\n`).join('');
  }

  #drop(pid: number, node: Node): void {
    if (!node.hasEnded || node.children > 0 || this.#recent.has(pid)) return;
    this.#forget(pid);
  }

  #forget(pid: number): void {
    const node = this.#nodes.get(pid);
    if (node === undefined) return;
    this.#nodes.delete(pid);
    const parent = this.#nodes.get(node.parent);
    if (parent === undefined) return;
    parent.children--;
    this.#drop(node.parent, parent);
  }
}
