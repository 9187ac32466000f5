import type { Audit } from '../../model/audit.ts';

/** Bytes of the longest line that is read back; `bounded` keeps audits well below it. */
export const maxLineBytes = 512 * 1024;

export const newline = 0x0a;

/** An audit as one line of JSON, its end included. */
export function lineOf(audit: Audit): Buffer {
  return Buffer.from(`${JSON.stringify(audit)}\n`);
}

/** The audit of a line; undefined where the line is damaged. */
export function auditOf(line: string): Audit | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isAudit(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Lines were written by this program: what tells them from damage is enough. */
function isAudit(value: unknown): value is Audit {
  return (
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    value.schema === 'berthwatch/audit/v1' &&
    'id' in value &&
    typeof value.id === 'string' &&
    'forensics' in value &&
    typeof value.forensics === 'object' &&
    value.forensics !== null &&
    'count' in value.forensics &&
    typeof value.forensics.count === 'number'
  );
}
