import type { Listener, Peer } from '../model/profile.ts';
import type { AppResult } from './evaluate-app.ts';
import type { EvaluatedLaunch } from './evaluate-start.ts';

/**
 * Makes one launch of those that are the same process, seen once for each way through the scripts before it and so
 * with other files: what all of them say is certain, the rest possible.
 */
export function mergeFamilies(launches: readonly EvaluatedLaunch[]): EvaluatedLaunch[] {
  const families = new Map<string, EvaluatedLaunch[]>();
  for (const [index, each] of launches.entries()) {
    const family = each.launch.family ?? `alone ${index}`;
    families.set(family, [...(families.get(family) ?? []), each]);
  }
  return [...families.values()].map(merge);
}

function merge(family: readonly EvaluatedLaunch[]): EvaluatedLaunch {
  const [first] = family as [EvaluatedLaunch];
  if (first.launch.family === undefined) return first;
  return {
    ...first,
    launch: { ...first.launch, certainty: 'certain' },
    result: {
      configs: first.result.configs,
      listeners: shared(family.map(({ result }) => result.listeners)),
      peers: shared(family.map(({ result }) => result.peers)),
      findings: uniqueFindings(family.map(({ result }) => result)),
    },
  };
}

/** The endpoints of all lists, each once; possible when some list lacks it. */
function shared<T extends Listener | Peer>(lists: readonly (readonly T[])[]): T[] {
  const found = new Map<string, { endpoint: T; count: number }>();
  for (const endpoint of lists.flat()) {
    const { evidence: _, certainty: __, ...where } = endpoint;
    const key = JSON.stringify(where);
    const known = found.get(key);
    found.set(key, { endpoint: known?.endpoint ?? endpoint, count: (known?.count ?? 0) + 1 });
  }
  return [...found.values()].map(({ endpoint, count }) =>
    count >= lists.length ? endpoint : { ...endpoint, certainty: 'possible' },
  );
}

function uniqueFindings(results: readonly AppResult[]): AppResult['findings'] {
  const seen = new Set<string>();
  return results
    .flatMap(({ findings }) => findings)
    .filter(({ id, message }) => !seen.has(id + message) && seen.add(id + message));
}
