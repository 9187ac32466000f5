import type { Start } from '../model/launch.ts';
import { readEnvironment, readProcess } from '../sensor/proc/process.ts';

/** How a container was started, by what its first process was given: where its runtime does not tell. */
export function startOf(pid: number): Start {
  const facts = readProcess(pid);
  return {
    entrypoint: facts?.argv ?? [],
    cmd: [],
    env: readEnvironment(pid),
    cwd: facts?.cwd ?? '/',
    user: facts === undefined || facts.uid === 0 ? '' : String(facts.uid),
  };
}
