/** What is kept of one process after it was seen. */
interface Node {
  parent: number;
  /** The arguments as they were at exec, before the program could rewrite them. */
  argv: readonly string[] | undefined;
  children: number;
  hasEnded: boolean;
}

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
    this.#nodes.set(child, { parent, argv: undefined, children: 0, hasEnded: false });
    if (this.#nodes.size > mostNodes) this.#forget(this.#nodes.keys().next().value as number);
  }

  /** `argv` is undefined where it could not be looked at in time: what was known of it holds no more. */
  executed(pid: number, argv: readonly string[] | undefined): void {
    const node = this.#nodes.get(pid);
    if (node !== undefined) node.argv = argv;
    else if (argv !== undefined) this.#nodes.set(pid, { parent: 0, argv, children: 0, hasEnded: false });
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
    return this.#nodes.get(pid)?.argv;
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
