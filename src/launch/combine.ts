import type { Certainty } from '../model/evidence.ts';
import type { OverlayTree } from '../rootfs/overlay.ts';
import type { Exploration, Path } from './explore.ts';
import type { LaunchWithRootfs } from './world.ts';

/** The launches of a part of the walk: those on every way through it that goes well, and on any. */
interface Summary {
  /** Undefined: no way through it goes well. */
  all: ReadonlySet<string> | undefined;
  any: ReadonlySet<string>;
}

/**
 * One list out of the launches of all paths: `certain` when every path that goes well has it. A path on which
 * the container would end with an error says nothing about what runs.
 */
export function combine(exploration: Exploration): LaunchWithRootfs[] {
  const launches = new Map<string, LaunchWithRootfs>();
  const keys = exploration.paths.map((path) =>
    path.launches.map((launch) => {
      const key = launchKey(launch);
      if (!launches.has(key)) launches.set(key, launch);
      return key;
    }),
  );
  const summary = (of: readonly (readonly string[])[]) => {
    const whole = new Summarizer(exploration, of).over(() => true, 0);
    return { certain: exploration.incomplete ? new Set() : (whole.all ?? whole.any), any: whole.any };
  };
  const { certain, any } = summary(keys);
  const families = summary(exploration.paths.map((path) => path.launches.map(familyOf)));
  return [...launches]
    .filter(([key]) => any.has(key))
    .map(([key, launch]) => {
      const certainty: Certainty = certain.has(key) ? 'certain' : 'possible';
      const family = familyOf(launch);
      const isShared = certainty === 'possible' && families.certain.has(family);
      return { ...launch, certainty, ...(isShared ? { family } : {}) };
    });
}

/** The launch without its files. */
function familyOf({ exe, argv, env, cwd, user }: LaunchWithRootfs): string {
  const sorted = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([exe, argv, sorted, cwd, user]);
}

/** The launch with its files: two with the same key do the same. */
export function launchKey(launch: LaunchWithRootfs): string {
  return familyOf(launch) + (launch.rootfs.tree as OverlayTree).digest();
}

class Summarizer {
  readonly #exploration: Exploration;
  readonly #keys: readonly (readonly string[])[];
  readonly #joins = new Map<string, Summary>();

  constructor(exploration: Exploration, keys: readonly (readonly string[])[]) {
    this.#exploration = exploration;
    this.#keys = keys;
  }

  /** The paths that `belongs` picks, each from its launch number `from` on. */
  over(belongs: (path: Path) => boolean, from: number): Summary {
    const summaries = this.#exploration.paths.flatMap((path, index) =>
      belongs(path) ? [this.#ofPath(path, (this.#keys[index] ?? []).slice(from))] : [],
    );
    const going = summaries.flatMap(({ all }) => (all === undefined ? [] : [all]));
    const any = new Set(summaries.flatMap((summary) => [...summary.any]));
    const [first, ...others] = going;
    return { all: first && new Set([...first].filter((key) => others.every((each) => each.has(key)))), any };
  }

  #ofPath(path: Path, keys: readonly string[]): Summary {
    if (path.merged === undefined) {
      return path.failed ? { all: undefined, any: new Set() } : { all: new Set(keys), any: new Set(keys) };
    }
    const rest = this.#afterJoin(path.merged);
    if (rest.all === undefined) return { all: undefined, any: new Set() };
    return { all: new Set([...keys, ...rest.all]), any: new Set([...keys, ...rest.any]) };
  }

  /** What follows a state that several paths reach. A state that comes back to itself adds nothing. */
  #afterJoin(key: string): Summary {
    const known = this.#joins.get(key);
    if (known) return known;
    this.#joins.set(key, { all: undefined, any: new Set() });
    const join = this.#exploration.joins.get(key);
    const owner = join && this.#exploration.paths[join.path];
    const start = owner?.choices.slice(0, join?.choices) ?? [];
    const summary = this.over(
      (path) => start.every((choice, i) => path.choices[i] === choice),
      join?.launches ?? 0,
    );
    this.#joins.set(key, summary);
    return summary;
  }
}
