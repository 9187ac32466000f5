import { braces } from './braces/braces.ts';
import { sections } from './sections/sections.ts';
import type { Syntax } from './tree.ts';

/** Every grammar by its name, which packs use. */
export const syntaxes: ReadonlyMap<string, Syntax> = new Map(
  [braces, sections].map((syntax) => [syntax.name, syntax]),
);
