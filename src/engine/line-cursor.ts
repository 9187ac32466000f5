import type { ConfigNode } from '../syntax/tree.ts';
import { placeOf, Refusal } from './reasons.ts';

/** Config lines in reading order. More can be put in while they are read; blocks of unpaired tags can be taken out. */
export class LineCursor {
  readonly #frames: { nodes: readonly ConfigNode[]; next: number }[] = [];
  readonly #normal: (name: string) => string;

  constructor(nodes: readonly ConfigNode[], normal: (name: string) => string) {
    this.#normal = normal;
    this.insert(nodes);
  }

  next(): ConfigNode | undefined {
    for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
      const node = frame.nodes[frame.next++];
      if (node !== undefined) return node;
      this.#frames.pop();
    }
    return undefined;
  }

  /** These lines come next, then what would have. */
  insert(nodes: readonly ConfigNode[]): void {
    this.#frames.push({ nodes, next: 0 });
  }

  /** Whether a line closes the block that a tag opened. Throws Refusal where it closes another. */
  closes(line: ConfigNode, opened: string): boolean {
    if (line.flaw !== undefined) throw new Refusal(`${line.flaw}${placeOf(line.at)}`);
    if (this.#normal(line.name) === this.#normal(opened)) return true;
    throw new Refusal(`expected </${opened}> but saw </${line.name}>${placeOf(line.at)}`);
  }

  /** The lines of the block that `open` has just opened, up to its closing tag. Throws Refusal where tags don't pair. */
  takeBlock(open: ConfigNode): ConfigNode[] {
    const opened = [open.name];
    const lines: ConfigNode[] = [];
    for (let line = this.next(); line; line = this.next()) {
      if (line.form === 'open') opened.push(line.name);
      if (line.form === 'close') {
        this.closes(line, opened.pop() as string);
        if (opened.length === 0) return lines;
      }
      lines.push(line);
    }
    throw new Refusal(`expected </${open.name}> before the end${placeOf(open.at)}`);
  }

  /** As `takeBlock`, but only tags of the same name are looked at. */
  takeBody(open: ConfigNode): ConfigNode[] {
    const lines: ConfigNode[] = [];
    const name = this.#normal(open.name);
    let depth = 1;
    for (let line = this.next(); line; line = this.next()) {
      if (this.#normal(line.name) === name && line.form === 'open') depth++;
      if (this.#normal(line.name) === name && line.form === 'close' && --depth === 0) return lines;
      lines.push(line);
    }
    throw new Refusal(`<${open.name}> was not closed${placeOf(open.at)}`);
  }
}
