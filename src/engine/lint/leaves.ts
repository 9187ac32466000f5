import { z } from 'zod';
import { cel, packSchema, regex } from '../../pack/schema.ts';

/** An expression or a regular expression of a pack, and the keys and indexes that lead to it. */
export interface Leaf {
  kind: 'expression' | 'pattern';
  path: readonly (string | number)[];
  text: string;
}

/** All of them, found through the schema, so that a new word of it is checked without being listed here. */
export function leavesOf(pack: unknown): Leaf[] {
  const found: Leaf[] = [];
  walk(packSchema, pack, [], found);
  return found;
}

function walk(schema: unknown, value: unknown, path: readonly (string | number)[], found: Leaf[]): void {
  if (value === undefined) return;
  if (schema === cel || schema === regex) {
    found.push({ kind: schema === cel ? 'expression' : 'pattern', path, text: String(value) });
  } else if (schema instanceof z.ZodOptional) {
    walk(schema.unwrap(), value, path, found);
  } else if (schema instanceof z.ZodUnion) {
    const fitting = schema.options.find((option) => (option as z.ZodType).safeParse(value).success);
    if (fitting !== undefined) walk(fitting, value, path, found);
  } else if (schema instanceof z.ZodArray) {
    for (const [index, item] of (value as unknown[]).entries()) {
      walk(schema.element, item, [...path, index], found);
    }
  } else if (schema instanceof z.ZodRecord) {
    for (const [name, item] of Object.entries(value as object)) {
      walk(schema.valueType, item, [...path, name], found);
    }
  } else if (schema instanceof z.ZodObject) {
    for (const [name, item] of Object.entries(value as object)) {
      walk(schema.shape[name], item, [...path, name], found);
    }
  }
}
