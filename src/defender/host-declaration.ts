import type { Declaration } from '../model/workload.ts';
import { hostDeclaration as unitOfHost } from '../runtime/host.ts';

/** The host itself, for what can't be told to belong to anything smaller. */
export const hostDeclaration: Declaration = unitOfHost({ kind: 'host', unit: '', cgroup: 'host' });
