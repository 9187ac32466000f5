import type { Status } from '../../texts.ts';
import { Call } from '../../tools/call.ts';
import type { Dialect, Shell } from '../shell.ts';

export interface Builtin {
  /** Shells that have it; all when not given. */
  dialects?: readonly Dialect[];
  run(shell: Shell, args: readonly string[], tail: boolean): Status;
}

/** The shell's own process, for a tool that it has built in. */
export function callFrom(shell: Shell, argv: readonly string[]): Call {
  return new Call(shell.world, {
    argv,
    get env() {
      return shell.environment();
    },
    cwd: shell.cwd,
    user: shell.user,
    io: shell.io,
    via: shell.via,
    role: 'called',
    first: false,
    condition: shell.conditions > 0,
    byShell: true,
    depth: shell.depth,
    origin: shell.origin,
  });
}
