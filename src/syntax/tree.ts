import type { Evidence } from '../model/evidence.ts';

/** The one shape that every config file becomes: `name arg arg { children }`. The tree mirrors the file. */
export interface ConfigNode {
  /** Directive, key, element or section name, as written. */
  name: string;
  /** Arguments with quoting undone. A `key = value` has one. */
  args: string[];
  /** For a block, section or mapping; undefined for a simple directive. */
  children?: ConfigNode[];
  /** Where it stands: path, line (from 1) and that line's text, trimmed, at most 200 characters. */
  at: Evidence;
  /** Offsets into the text: from the name's first character to behind its last argument (not its children). */
  span: readonly [start: number, end: number];
  /** Anything a syntax must add about the value: `quoted`, `list`, `scalar` … Documented by the syntax. */
  form?: string;
  /**
   * The line as written, continuations joined: only from syntaxes whose programs replace variables in it before or while
   * they split it into words.
   */
  raw?: string;
  /** Why the program refuses the line, if it counts: only from syntaxes that leave nesting to whoever reads the lines. */
  flaw?: string;
  /** True when it can't be known whether the line counts; never set by a syntax. */
  possible?: boolean;
}

/** A place that could not be read as the grammar wants; the parser reported it and read on. */
export interface SyntaxProblem {
  line: number;
  span: readonly [start: number, end: number];
  message: string;
  /** The real server would refuse to start because of it. */
  fatal: boolean;
}

export interface ParsedConfig {
  nodes: ConfigNode[];
  problems: SyntaxProblem[];
}

/**
 * A grammar for one family of config files. Pure: text in, tree and problems out. It never throws on any input,
 * takes time proportional to the text, and stops descending at `limits.configDepth` (reported as a problem).
 */
export interface Syntax {
  name: string;
  /** `path` goes into the evidence. `kind` is `config` unless the text came from an argument or a variable. */
  parse(text: string, path: string): ParsedConfig;
  /** Reads a node's `raw`, or a text that replaces it. Given where nodes have `raw` and variables can stand anywhere. */
  reread?(raw: string): Pick<ConfigNode, 'name' | 'args' | 'form' | 'flaw'>;
  /** Reads a node's `raw` with the values of its variables. Given where quotes say what is a variable. */
  expand?(
    raw: string,
    lookUp: (name: string) => string | undefined,
  ): Pick<ConfigNode, 'name' | 'args' | 'form' | 'flaw'>;
}
