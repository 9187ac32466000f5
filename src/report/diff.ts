import type { Listener, Peer, Profile, ProfileSource } from '../model/profile.ts';

/** One listener or peer that is not the same in both profiles. */
export type Change<T> =
  | { kind: 'added'; after: T }
  | { kind: 'removed'; before: T }
  /** `what`: the members that differ, for instance `port`. */
  | { kind: 'changed'; before: T; after: T; what: string[] };

/** What changed from one profile to another; its JSON is a contract. */
export interface ProfileDiff {
  schema: 'berthwatch/diff/v1';
  before: ProfileSource;
  after: ProfileSource;
  listeners: Change<Listener>[];
  peers: Change<Peer>[];
  exposed: Change<Profile['exposed'][number]>[];
}

/** Compares what two profiles say; the evidence alone is no change. */
export function diffProfiles(before: Profile, after: Profile): ProfileDiff {
  return {
    schema: 'berthwatch/diff/v1',
    before: before.source,
    after: after.source,
    listeners: changes(
      before.listeners,
      after.listeners,
      ['app', 'process', 'purpose', 'certainty', 'serves'],
      {
        likeness: ({ app, transport, purpose, address }) => [app, transport, purpose, familyOf(address)],
        moves: ['address', 'port', 'portEnd', 'path'],
      },
    ),
    peers: changes(before.peers, after.peers, ['app', 'purpose', 'certainty'], {
      likeness: ({ app, transport, purpose }) => [app, transport, purpose],
      moves: ['host', 'port', 'path'],
    }),
    exposed: changes(before.exposed, after.exposed, [], {
      likeness: undefined,
      moves: ['transport', 'port'],
    }),
  };
}

export function isSame({ listeners, peers, exposed }: ProfileDiff): boolean {
  return listeners.length + peers.length + exposed.length === 0;
}

interface Pairing<T> {
  /** Where two that agree in it, one gone and one new, are taken for one that moved. */
  likeness: ((item: T) => string[]) | undefined;
  /** The members that say where it is. */
  moves: readonly (keyof T)[];
}

/** In the order of `after`: what moved or changed, what is new; then what is gone. */
function changes<T extends object>(
  before: readonly T[],
  after: readonly T[],
  described: readonly (keyof T)[],
  { likeness, moves }: Pairing<T>,
): Change<T>[] {
  const all = [...described, ...moves];
  const gone = without(before, after, all);
  const fresh = without(after, before, all);
  const olds = new Map<T, T>();
  pair(fresh, gone, olds, (item) => keyOf(item, moves));
  if (likeness) pair(fresh, gone, olds, (item) => likeness(item).join('\0'));
  const taken = new Set(olds.values());
  return [
    ...fresh.map((item): Change<T> => {
      const old = olds.get(item);
      if (old === undefined) return { kind: 'added', after: item };
      const what = all.filter((member) => keyOf(old, [member]) !== keyOf(item, [member])).map(String);
      return { kind: 'changed', before: old, after: item, what };
    }),
    ...gone.filter((item) => !taken.has(item)).map((item): Change<T> => ({ kind: 'removed', before: item })),
  ];
}

/** Those that the others do not have, each once. */
function without<T extends object>(
  items: readonly T[],
  others: readonly T[],
  members: readonly (keyof T)[],
): T[] {
  const known = new Set(others.map((item) => keyOf(item, members)));
  return distinct(items, members).filter((item) => !known.has(keyOf(item, members)));
}

/** Gives each item that has none an old one of the same key that nobody has. */
function pair<T>(
  items: readonly T[],
  gone: readonly T[],
  olds: Map<T, T>,
  keyOfItem: (item: T) => string,
): void {
  const free = new Set(gone);
  for (const old of olds.values()) free.delete(old);
  for (const item of items) {
    if (olds.has(item)) continue;
    const old = [...free].find((each) => keyOfItem(each) === keyOfItem(item));
    if (old === undefined) continue;
    olds.set(item, old);
    free.delete(old);
  }
}

function distinct<T extends object>(items: readonly T[], members: readonly (keyof T)[]): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item, members);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function keyOf<T extends object>(item: T, members: readonly (keyof T)[]): string {
  return JSON.stringify(members.map((member) => item[member] ?? null));
}

function familyOf(address: string): string {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}
