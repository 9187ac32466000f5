import type { NamedEndpoints } from '../runtime/find.ts';
import { openRuntimes, type RuntimeDescription } from '../runtime/runtimes.ts';
import { readCgroup } from '../sensor/proc/process.ts';
import type { Workloads } from './identify.ts';

/** The workloads of this host, for as long as they are needed. */
export interface HostWorkloads extends Workloads {
  describe(): RuntimeDescription[];
  close(): void;
}

/** Follows the container runtimes of this host. Resolves when those that answer have told of their containers. */
export async function openWorkloads(
  env: Readonly<Record<string, string | undefined>>,
  onProblem: (text: string) => void,
  endpoints?: NamedEndpoints,
): Promise<HostWorkloads> {
  let ended: (id: string) => void = () => {};
  const runtimes = await openRuntimes({
    env,
    ...(endpoints === undefined ? {} : { endpoints }),
    cgroupOf: readCgroup,
    onChange: ({ kind, declaration }) => {
      if (kind === 'ended') ended(declaration.workload.id);
    },
    onProblem: ({ place, message, isOver }) =>
      onProblem(`${place}: ${isOver ? `over: ${message}` : message}`),
  });
  return {
    async of(cgroup) {
      const found = runtimes.declarationOf(cgroup);
      if (found === undefined) throw new Error('a cgroup text always names a place');
      return (await found.later) ?? found.declaration;
    },
    onEnded: (forget) => {
      ended = forget;
    },
    describe: () => runtimes.describe(),
    close: () => runtimes.close(),
  };
}
