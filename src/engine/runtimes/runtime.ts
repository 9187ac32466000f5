import type { Evidence } from '../../model/evidence.ts';
import type { Launch } from '../../model/launch.ts';
import type { Rootfs } from '../../rootfs/rootfs.ts';

/** A text with where it came from. */
export interface Given {
  value: string;
  evidence: Evidence;
}

/** A value by name; without evidence where the runtime sets it by itself. */
export interface Property {
  value: string;
  evidence: Evidence | undefined;
}

/** What the command line of a runtime (`java`) says of the program that it runs. */
export interface RuntimeCommand {
  /** Names of what it runs: the main class, the archive's file name, the module. */
  mains: readonly string[];
  /** The command line of the program itself: its name, then its own arguments. */
  argv: readonly string[];
  /** The runtime's own options in the order in which it takes them. */
  options: readonly Given[];
  /** What the program can ask for by name. */
  properties: ReadonlyMap<string, Property>;
  /** Why the runtime would not start. */
  problems: readonly string[];
}

/** A program that runs others, and how its command line is read. */
export interface Runtime {
  programs: readonly string[];
  /** Undefined where the command line runs nothing. */
  read(launch: Launch, rootfs: Rootfs): RuntimeCommand | undefined;
}
