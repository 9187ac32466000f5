import type { Finding } from '../model/evidence.ts';
import type { Origin } from '../model/observation.ts';
import type { Listener } from '../model/profile.ts';

/** A file that holds a program. */
export interface Program {
  /** Canonical, in the container's root. */
  path: string;
  device: number;
  inode: number;
}

/** A listener of a running container's profile, and whose it is. */
export interface ExpectedListener {
  listener: Listener;
  /** Undefined where the program's file was not found. */
  program: Program | undefined;
  /** The program runs many apps (`java`, `node`, `busybox`): only its arguments say which. */
  isByArguments: boolean;
  /** Scripts that lead to its start. */
  scripts?: readonly string[];
  /** A file behind it that was changed inside the container after its app was started. */
  alteredBy?: string;
}

/** A config file that an app reads, or a script that starts it. */
export interface ReadConfig {
  app: string;
  path: string;
  origin: Origin;
  /** When it last changed, milliseconds since 1970. */
  changed: number;
}

/** What a running container should listen on. */
export interface LiveProfile {
  listeners: readonly ExpectedListener[];
  configs: readonly ReadConfig[];
  /** The apps that packs recognised. */
  apps: readonly string[];
  /** `nginx 1.2.0`: the packs that it rests on, with their versions. */
  packs: readonly string[];
  findings: readonly Finding[];
  /** Whether a pack knows all programs that it runs; where one is not known, its ports aren't either. */
  isComplete: boolean;
}

/** Of listeners that are in several, the one that comes first counts, unless a later one is not altered. */
export function mergeProfiles(profiles: readonly LiveProfile[]): Omit<LiveProfile, 'isComplete'> {
  const listeners = new Map<string, ExpectedListener>();
  for (const expected of profiles.flatMap((profile) => profile.listeners)) {
    const { app, transport, address, port, portEnd } = expected.listener;
    const key = JSON.stringify([app, transport, address, port, portEnd, expected.program?.path]);
    const known = listeners.get(key);
    if (known === undefined || known.alteredBy !== undefined) listeners.set(key, expected);
  }
  const union = <T>(pick: (profile: LiveProfile) => readonly T[]) => [...new Set(profiles.flatMap(pick))];
  return {
    listeners: [...listeners.values()],
    configs: union(({ configs }) => configs),
    apps: union(({ apps }) => apps),
    packs: union(({ packs }) => packs),
    findings: union(({ findings }) => findings),
  };
}
