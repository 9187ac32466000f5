import type { OptionSpec, ParsedOptions } from '../options.ts';
import { parseOptions } from '../options.ts';
import type { Process } from '../process.ts';
import type { Identity } from '../users.ts';
import { findUser } from '../users.ts';
import type { World } from '../world.ts';

/** What a wrapper starts, as the differences to itself. */
export interface Next {
  argv: readonly string[];
  env?: ReadonlyMap<string, string>;
  user?: Identity;
  cwd?: string;
  /** A person's words for the step, when more happens than starting the next program. */
  text?: string;
  /** The wrapper stays as the program's parent, which so has another process number. */
  parent?: boolean;
}

/**
 * Reads a wrapper's own arguments. Undefined when these arguments start no program (`--version`, a usage error,
 * `env` without a command): then it is an ordinary tool.
 */
export type Wrapper = (args: readonly string[], process: Process, world: World) => Next | undefined;

/** A wrapper that has options, then perhaps some operands, then the program. */
export function plain(
  spec: OptionSpec,
  more: { operands?: number; parent?: boolean; stop?: readonly string[] } = {},
): Wrapper {
  return (args) => {
    const parsed = parseOptions(args, spec);
    if (parsed === undefined || parsed.has('help', 'version', ...(more.stop ?? []))) return undefined;
    const argv = parsed.rest.slice(more.operands ?? 0);
    if (argv.length === 0) return undefined;
    return more.parent ? { argv, parent: true } : { argv };
  };
}

/** A wrapper with options whose effect `next` works out. */
export function withOptions(
  spec: OptionSpec,
  next: (parsed: ParsedOptions, process: Process, world: World) => Next | undefined,
): Wrapper {
  return (args, process, world) => {
    const parsed = parseOptions(args, spec);
    return parsed && next(parsed, process, world);
  };
}

/** The process's user changed to `spec`, with the words that say so. */
export function asUser(world: World, spec: string): { user: Identity; text: string } {
  const user = findUser(world.files.rootfs, spec);
  if (user.uid === undefined) {
    world.find('unknown-user', 'medium', `the image has no user ${user.name}`);
  }
  return { user, text: `runs as user ${user.name}` };
}

/** The environment with some variables set. */
export function withEnv(
  env: ReadonlyMap<string, string>,
  set: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map([...env, ...Object.entries(set)]);
}
