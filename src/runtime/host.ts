import type { Declaration } from '../model/workload.ts';
import type { Place } from './cgroup.ts';

/**
 * A unit of the plain host as a workload. Nobody declares what it runs: its start is not known, and its processes
 * speak for themselves.
 */
export function hostDeclaration({ unit, cgroup }: Extract<Place, { kind: 'host' }>): Declaration {
  return {
    // What runs in no unit, as all does on a host without systemd or cgroups of its own, is the host itself.
    workload: { id: cgroup, name: unit || 'host', image: '', labels: {}, runtime: 'host' },
    pid: 0,
    start: undefined,
    createdAt: 0,
    startedAt: 0,
    mounts: [],
    ports: [],
    isHostNetwork: true,
  };
}
