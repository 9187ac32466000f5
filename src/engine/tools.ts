import { posix } from 'node:path';
import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Written } from '../model/launch.ts';
import { evaluate, type Value } from '../pack/expressions.ts';
import type { Pack, Tool } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { type EngineOptions, openApp } from './evaluate-app.ts';
import { matchPack } from './match.ts';
import { programNames } from './program-names.ts';
import { runs } from './runtimes/runtimes.ts';
import { nested } from './scope.ts';

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

/** A program that has arguments and settings of its own, but none of the server's config. */
export function openBeside(
  pack: Pack,
  { arguments: spec, settings }: Pick<Tool, 'arguments' | 'settings'>,
  launch: LaunchWithRootfs,
  options: EngineOptions,
): AppReading {
  const asPack: Pack = { ...pack, files: [], arguments: spec ?? {}, settings: settings ?? {} };
  return openApp(launch, launch.rootfs, { pack: asPack, role: {}, text: '' }, options, []);
}

/** Whether the tool ends a server that runs. */
export function stopsServer(
  { pack, tool, app }: OpenTool,
  server: LaunchWithRootfs,
  packs: readonly Pack[],
  options: EngineOptions,
): boolean {
  const match = matchPack(server, server.rootfs, packs);
  if (tool.stops === undefined || match?.pack.app !== pack.app) return false;
  const members = membersOf(openApp(server, server.rootfs, match, options, []));
  return known(() => evaluate(tool.stops as string, nested(app.scope, { server: members }))) === true;
}

/** The server's settings, each worked out when it is asked for. */
function membersOf(server: AppReading): { [key: string]: Value } {
  const members: { [key: string]: Value } = {};
  for (const name of Object.keys(server.context.pack.settings ?? {})) {
    Object.defineProperty(members, name, { enumerable: true, get: () => server.scope.get(name) });
  }
  return members;
}

/** The files that the tool makes; those of which path or text can't be known are left out. */
export function filesOf({ tool, app }: OpenTool): Written[] {
  return (tool.writes ?? []).flatMap(({ path, text, when }): Written[] => {
    if (when !== undefined && known(() => app.evaluate(when)) !== true) return [];
    const place = known(() => app.evaluate(path));
    const content = known(() => app.evaluate(text));
    if (typeof place !== 'string' || place === '' || typeof content !== 'string') return [];
    return [{ path: posix.resolve(app.context.launch.cwd, place), text: content }];
  });
}

/** A value; undefined where it can't be known, where the program would not do it, and where the pack is wrong. */
export function known(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
