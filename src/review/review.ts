import type { Finding } from '../model/evidence.ts';
import { changedConfigs } from './changed-config.ts';
import { exposedNotListening, notExposed } from './exposure.ts';
import { adminPorts, debugPorts } from './open-ports.ts';
import { plainBesideTls } from './plain-text.ts';
import { portConflicts } from './port-conflict.ts';
import type { Reviewed, ReviewRule } from './rule.ts';

export type { Reviewed } from './rule.ts';

const rules: readonly ReviewRule[] = [
  debugPorts,
  portConflicts,
  adminPorts,
  plainBesideTls,
  exposedNotListening,
  notExposed,
  changedConfigs,
];

/** What a reviewer would remark on a profile. */
export function review(reviewed: Reviewed): Finding[] {
  return rules.flatMap((rule) => rule(reviewed));
}
