import type { PlainScalar } from './plain-scalar.ts';

/** A mapping or list, by indentation or in brackets. */
export interface PlainBlock {
  kind: 'map' | 'items';
  indent: number;
  entries: PlainEntry[];
  /** Of the brackets; without them a block ends where its last value does. */
  span?: { start: number; end: number };
}

export interface PlainEntry {
  /** `-` for an item of a list. */
  name: string;
  start: number;
  nameEnd: number;
  value: PlainBlock | PlainScalar | undefined;
}

/** What is nested deeper is left to the library, and to the bounds that hold there. */
export const depthLimit = 50;

/** A key that is longer is an error to the library. */
export const keyLimit = 1_000;
