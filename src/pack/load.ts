import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BerthwatchError } from '../base/errors.ts';
import type { Pack } from './schema.ts';

/** Something wrong in a pack, and where. */
export interface PackProblem {
  /** `packs/x/pack.yaml:12:5` */
  place: string;
  message: string;
}

const packBytes = 1024 * 1024;

/** Reads and checks one `pack.yaml`. Throws PACK_INVALID that names every problem by line. */
export async function loadPack(path: string): Promise<Pack> {
  const { pack, problems } = await checkPack(path);
  if (pack === undefined) {
    const first = problems[0] as PackProblem;
    throw new BerthwatchError(
      'PACK_INVALID',
      problems.map(({ place, message }) => `${place}: ${message}`).join('\n'),
      {
        place: first.place,
        next: 'mend the pack; `berthwatch packs lint DIR` checks it again',
      },
    );
  }
  return pack;
}

/** A pack with all that is wrong with its form; the pack is undefined when anything is. */
export interface CheckedPack {
  pack: Pack | undefined;
  problems: PackProblem[];
  /** Where a value of the pack stands, by the keys and indexes that lead to it: `file:line:column`. */
  placeOf: (path: readonly PropertyKey[]) => string;
}

/** Reads one `pack.yaml` and reports all that is wrong with its form. */
export async function checkPack(path: string): Promise<CheckedPack> {
  const { LineCounter, parseDocument } = await import('yaml');
  const { packSchema } = await import('./schema.ts');
  if (statSync(path).size > packBytes) {
    const problems = [{ place: path, message: `larger than ${packBytes} bytes` }];
    return { pack: undefined, problems, placeOf: () => path };
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, merge: true });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const placeOf = (keys: readonly PropertyKey[]) => placeAt(offsetOf(document, keys));
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      place: placeAt(error.pos[0]),
      message: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, ''),
    }));
    return { pack: undefined, problems, placeOf };
  }
  const pack: unknown = document.toJS({ maxAliasCount: 1_000 });
  const result = packSchema.safeParse(pack);
  // The schema only checks. Its own result has keys in the schema's order; the sources of a setting count as written.
  if (result.success) return { pack: pack as Pack, problems: [], placeOf };
  const problems = result.error.issues.map((issue) => ({
    place: placeOf(issue.path),
    message: `${issue.path.map(String).join('.') || 'pack'}: ${issue.message}`,
  }));
  return { pack: undefined, problems, placeOf };
}

interface Nodes {
  getIn(path: readonly unknown[], keepScalar: true): unknown;
}

/** Where the innermost existing node of a path stands in a YAML document. */
export function offsetOf(document: Nodes, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (Array.isArray(range)) return Number(range[0]);
  }
  return 0;
}

/** The folders that hold a pack: the folder itself, or those in it, in name order. */
export function packFolders(folder: string): string[] {
  if (!existsSync(folder)) {
    throw new BerthwatchError('PACK_INVALID', `there is no folder ${folder}`, {
      place: folder,
      next: 'name a folder of packs',
    });
  }
  if (existsSync(join(folder, 'pack.yaml'))) return [folder];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'pack.yaml')));
}

/** All packs of a folder. */
export async function loadFolder(folder: string): Promise<Pack[]> {
  return Promise.all(packFolders(folder).map((path) => loadPack(join(path, 'pack.yaml'))));
}
