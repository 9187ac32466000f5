import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository's folder; also right when this file runs from a bundle in `.cache`. */
export const repository = findUp(import.meta.dirname);

export const suiteDir = join(repository, 'tests/differential');

/** Where root file systems and views of them are kept; `BERTHWATCH_CACHE` names another place. */
export const cacheDir = process.env.BERTHWATCH_CACHE ?? join(repository, '.cache');

function findUp(dir: string): string {
  if (existsSync(join(dir, 'package-lock.json'))) return dir;
  const parent = dirname(dir);
  if (parent === dir) throw new Error('package-lock.json not found in any parent folder');
  return findUp(parent);
}
