import { join } from 'node:path';
import { checkPack } from '../pack/load.ts';
import type { Pack } from '../pack/schema.ts';
import { type Case, type CaseOutcome, loadCases, runCase } from './cases.ts';
import { type Reach, Reached, unreachedOf } from './reached.ts';

/** A pack's cases, run. */
export interface PackTest {
  folder: string;
  outcomes: CaseOutcome[];
  unreached: UnreachedStatement[];
}

/** Something that a pack states and that none of its cases reaches. */
export interface UnreachedStatement {
  /** `packs/x/pack.yaml:12:5` */
  place: string;
  /** `settings.port.environment` */
  statement: string;
}

/**
 * Runs the cases of a pack's folder against all packs, of which it is one. Throws a readable Error when they can't be
 * read.
 */
export async function testPack(folder: string, packs: readonly Pack[]): Promise<PackTest> {
  const { pack: read, placeOf } = await checkPack(join(folder, 'pack.yaml'));
  const pack = packs.find(({ app }) => app === read?.app);
  const reached = new Reached();
  const outcomes = (await loadCases(folder)).map((one) => runCase(one, packs, reachOf(one, pack, reached)));
  const unreached = pack === undefined ? [] : unreachedOf(pack, reached);
  return {
    folder,
    outcomes,
    unreached: unreached.map(({ path }) => ({ place: placeOf(path), statement: path.join('.') })),
  };
}

/** A case that does not say what peers there must be reaches no rule of them. */
function reachOf({ peers }: Case, pack: Pack | undefined, { note }: Reached): Reach {
  if (peers !== undefined) return note;
  const rules = new Set<object>(pack?.peers);
  return (statement, ...words) => {
    if (!rules.has(statement)) note(statement, ...words);
  };
}
