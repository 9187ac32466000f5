import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Value } from '../pack/expressions.ts';
import type { Pack, Starter, Tool } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { type EngineOptions, openApp } from './evaluate-app.ts';
import { programNames } from './program-names.ts';
import { runs } from './runtimes/runtimes.ts';

/** A program beside a server, as one launch runs it. */
export interface OpenTool {
  pack: Pack;
  tool: Tool;
  app: AppReading;
}

/** The tool of some pack that a launch is. */
export function openTool(
  launch: LaunchWithRootfs,
  packs: readonly Pack[],
  options: EngineOptions,
): OpenTool | undefined {
  for (const { pack, entry } of entriesFor(launch, packs, (each) => each.tools)) {
    const app = openBeside(pack, entry, launch, options);
    const { when } = entry;
    if (when === undefined || known(() => app.evaluate(when)) === true) return { pack, tool: entry, app };
  }
  return undefined;
}

/** The entries of all packs that are about a launch's program, in order. */
export function* entriesFor<T extends { program: string[]; main?: string[] | undefined }>(
  launch: LaunchWithRootfs,
  packs: readonly Pack[],
  entriesOf: (pack: Pack) => readonly T[] | undefined,
): Generator<{ pack: Pack; entry: T }> {
  const names = programNames(launch);
  for (const pack of packs) {
    for (const entry of entriesOf(pack) ?? []) {
      const isIt = entry.program.some((name) => names.includes(name));
      if (isIt && runs(launch, launch.rootfs, entry.main)) yield { pack, entry };
    }
  }
}

/** A program that has arguments, settings and maybe files of its own, but none of the server's config. */
export function openBeside(
  pack: Pack,
  { arguments: spec, settings, files, collections }: Partial<Pick<Starter, keyof Starter & keyof Pack>>,
  launch: LaunchWithRootfs,
  options: EngineOptions,
): AppReading {
  const asPack: Pack = {
    ...pack,
    files: files ?? [],
    arguments: spec ?? {},
    settings: settings ?? {},
    collections: collections ?? {},
  };
  return openApp(launch, launch.rootfs, { pack: asPack, role: {}, text: '' }, options, []);
}

/** A value; undefined where it can't be known, where the program would not do it, and where the pack is wrong. */
export function known<T = Value>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
