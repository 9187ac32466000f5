import type { Declaration } from '../model/workload.ts';

/** The host itself, for what can't be told to belong to anything smaller. */
export const hostDeclaration: Declaration = {
  workload: { id: 'host', name: 'host', image: '', labels: {}, runtime: 'host' },
  pid: 1,
  start: undefined,
  startedAt: 0,
  mounts: [],
  ports: [],
  isHostNetwork: true,
};
