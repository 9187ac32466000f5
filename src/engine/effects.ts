import { posix } from 'node:path';
import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { Effects, FileChange, Launch } from '../model/launch.ts';
import { evaluate, type Names, type Value } from '../pack/expressions.ts';
import type { Pack, Tool } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { type EngineOptions, evaluateApp, openApp } from './evaluate-app.ts';
import { matchPack } from './match.ts';
import { nested } from './scope.ts';
import { known, type OpenTool, openTool } from './tools.ts';

/** What a program does before it ends, where it is a tool of some app, or a server that only signals another. */
export function effectsOf(
  launch: LaunchWithRootfs,
  started: readonly Launch[],
  packs: readonly Pack[],
  options: EngineOptions,
): Effects | undefined {
  const tool = openTool(launch, packs, options);
  if (tool !== undefined) return effectsOfTool(tool, started, packs, options);
  const match = matchPack(launch, launch.rootfs, packs);
  if (match === undefined) return undefined;
  const { stops, reloads } = match.pack;
  if (started.length === 0 || (stops ?? reloads) === undefined) return undefined;
  const app = openApp(launch, launch.rootfs, match, options, []);
  const signals = (word: 'stops' | 'reloads') => {
    const servers = serversFor(match.pack[word], match.pack, app, started, packs, options);
    if (servers.length > 0) options.reach?.(match.pack, word);
    return servers;
  };
  const [stopped, reloaded] = [signals('stops'), signals('reloads')];
  if (stopped.length + reloaded.length === 0) return undefined;
  // A server that would refuse what it finds now goes on as it is.
  const isRefused = reloaded.some((server) => {
    const own = matchPack(server, launch.rootfs, packs);
    return own !== undefined && evaluateApp(server, launch.rootfs, own, options).refusal !== undefined;
  });
  return {
    status: isRefused ? 1 : 0,
    changes: [],
    stops: stopped,
    reloads: isRefused ? [] : reloaded,
  };
}

function effectsOfTool(
  { pack, tool, app }: OpenTool,
  started: readonly Launch[],
  packs: readonly Pack[],
  options: EngineOptions,
): Effects {
  const { reach } = options;
  reach?.(tool);
  const isFailure = tool.fails !== undefined && known(() => app.evaluate(tool.fails as string)) === true;
  if (isFailure) reach?.(tool, 'fails');
  const stops = serversFor(tool.stops, pack, app, started, packs, options);
  if (stops.length > 0) reach?.(tool, 'stops');
  return {
    status: isFailure ? 1 : 0,
    output: printed(tool, 'prints', app),
    errors: printed(tool, 'warns', app),
    changes: changesOf(tool, app),
    mayStop: tool.stops === undefined,
    stops,
    reloads: [],
  };
}

/** A text, or lines of a list; undefined where it can't be known. */
function printed(tool: Tool, word: 'prints' | 'warns', app: AppReading): string | undefined {
  const expression = tool[word];
  const value = expression === undefined ? undefined : known(() => app.evaluate(expression));
  if (value === undefined) return undefined;
  app.context.reach?.(tool, word);
  return Array.isArray(value) ? value.map((line) => `${line}\n`).join('') : String(value);
}

/** The servers of the pack for which the expression holds. */
export function serversFor(
  expression: string | undefined,
  pack: Pack,
  app: AppReading,
  started: readonly Launch[],
  packs: readonly Pack[],
  options: EngineOptions,
): Launch[] {
  if (expression === undefined) return [];
  return (started as readonly LaunchWithRootfs[]).filter((server) => {
    const match = matchPack(server, server.rootfs, packs);
    if (match?.pack.app !== pack.app) return false;
    const members = membersOf(openApp(server, server.rootfs, match, options, []));
    return known(() => evaluate(expression, nested(app.scope, { server: members }))) === true;
  });
}

/** The server's settings, each worked out when it is asked for. */
function membersOf(server: AppReading): { [key: string]: Value } {
  const members: { [key: string]: Value } = {};
  for (const name of Object.keys(server.context.pack.settings ?? {})) {
    Object.defineProperty(members, name, { enumerable: true, get: () => server.scope.get(name) });
  }
  return members;
}

type Rule = NonNullable<Tool['writes']>[number];

/** What the tool does to files; that of which path or text can't be known is left out. */
function changesOf(tool: Tool, app: AppReading): FileChange[] {
  return (tool.writes ?? []).flatMap((rule) => {
    const items = rule.of === undefined ? [''] : (known(() => app.evaluate(rule.of as string)) ?? []);
    const changes = [items]
      .flat()
      .flatMap((value) => changeOf(rule, nested(app.scope, { value }), app.context.launch.cwd) ?? []);
    if (changes.length > 0) app.context.reach?.(rule);
    return changes;
  });
}

function changeOf({ when, path, text, link }: Rule, names: Names, cwd: string): FileChange | undefined {
  if (when !== undefined && known(() => evaluate(when, names)) !== true) return undefined;
  const named = known(() => evaluate(path, names));
  if (typeof named !== 'string' || named === '') return undefined;
  const place = { path: posix.resolve(cwd, named) };
  const content = text ?? link;
  if (content === undefined) return { ...place, gone: true };
  const given = known(() => evaluate(content, names));
  if (typeof given !== 'string') return undefined;
  return text === undefined ? { ...place, link: given } : { ...place, text: given };
}
