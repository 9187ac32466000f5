import type { Process } from '../model/observation.ts';
import type { Distrust } from '../policy/compare.ts';
import type { LiveProfile } from '../policy/live-profile.ts';

/**
 * Why a process is not what its container was made to run. A program that the profile names may be started by another
 * one of it, as a database starts its name server.
 */
export function distrustOf(process: Process, profile: LiveProfile): Distrust | undefined {
  if (process.entry === 'exec') return 'session';
  const servers = programsOf(profile);
  if (servers.has(process.exe)) return undefined;
  return startedByServer(process, servers) ? 'below-server' : undefined;
}

/** Whether what the process reads and was given may say what is expected of it. */
export function mayDeclare(process: Process, profile: LiveProfile): boolean {
  if (process.entry === 'exec' || process.origin === 'writable-layer' || process.origin === 'memory')
    return false;
  return !startedByServer(process, programsOf(profile));
}

/** Programs that only run one app: an interpreter may just as well be what starts others. */
function programsOf({ listeners }: LiveProfile): Set<string> {
  return new Set(
    listeners.flatMap(({ program, isByArguments }) => (program && !isByArguments ? [program.path] : [])),
  );
}

function startedByServer({ exe, lineage }: Process, servers: ReadonlySet<string>): boolean {
  return lineage.some((ancestor) => ancestor.exe !== exe && servers.has(ancestor.exe));
}
