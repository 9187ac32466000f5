import type { ConfigNode } from '../syntax/tree.ts';

/** Lines that count, in order; those behind a heading become its children. */
export class SectionedLines {
  readonly nodes: ConfigNode[] = [];
  #heading: ConfigNode | undefined;

  /** The section that the next line stands in, unless it is a heading itself. */
  get heading(): ConfigNode | undefined {
    return this.#heading;
  }

  add(line: ConfigNode): void {
    if (line.form === 'heading') {
      this.#heading = line;
      this.nodes.push(line);
    } else (this.#heading?.children ?? this.nodes).push(line);
  }
}
