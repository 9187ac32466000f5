import type { Audit } from '../../model/audit.ts';
import type { AuditProblem } from '../problem.ts';

/** Collects problems, and tells when one comes. */
export function problemList() {
  const list: AuditProblem[] = [];
  return {
    list,
    add: (problem: AuditProblem) => void list.push(problem),
    ids: () => list.map(({ id }) => id),
  };
}

/** Waits for a condition, and fails when it does not come. */
export async function until(isTrue: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`not so after ${ms} ms: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const keyOf = (audit: Audit) => `${audit.id}#${audit.forensics.count}`;
