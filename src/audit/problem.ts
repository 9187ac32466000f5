/** What an operator should hear of the audits' own way; never an audit. */
export interface AuditProblem {
  id: AuditProblemId;
  /** A spool's folder, a segment with its byte, or a sink's name. */
  place: string;
  message: string;
}

type AuditProblemId =
  /** The last line was not whole after a crash; it had never been confirmed, and was cut. */
  | 'spool-torn'
  /** A line that is no audit was skipped. */
  | 'spool-damaged'
  /** Segments are missing that no sink said it had taken. */
  | 'spool-gap'
  /** Audits wait in memory: the disk does not take them, or the spool is full of undelivered ones. */
  | 'spool-waiting'
  /** They are on disk now. */
  | 'spool-well'
  /** A sink's place could not be stored or read: after a restart it may get audits again. */
  | 'cursor-lost'
  /** More audits waited in memory than it may hold: one was dropped. */
  | 'audit-dropped'
  /** A sink does not take audits; they are kept and tried again. */
  | 'sink-failing'
  | 'sink-well'
  /** A sink refused an audit for good: it was skipped for this sink. */
  | 'audit-refused';

export type OnProblem = (problem: AuditProblem) => void;

/** The text of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's name of an error, `ENOSPC` for instance. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
