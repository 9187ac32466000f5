/** Every kind of failure that a user can meet; the command line documents each of them. */
export type ErrorCode =
  | 'USAGE'
  | 'SOURCE_NOT_FOUND'
  | 'SOURCE_UNREADABLE'
  | 'SOURCE_UNKNOWN_KIND'
  | 'ARCHIVE_CORRUPT'
  | 'DIGEST_MISMATCH'
  | 'LIMIT_EXCEEDED'
  | 'PLATFORM_NOT_FOUND'
  | 'REGISTRY_UNREACHABLE'
  | 'REGISTRY_DENIED'
  | 'DAEMON_UNREACHABLE'
  | 'PACK_INVALID'
  | 'CONFIG_INVALID'
  | 'SPOOL_UNUSABLE'
  | 'OUTPUT_UNWRITABLE';

export interface ErrorDetails {
  /** Where: a path, a reference, `file:line`. */
  place?: string;
  /** What the user can do next, one sentence. */
  next?: string;
  cause?: unknown;
}

/** An error that a user is meant to read: what happened, where, and what to do next. */
export class BerthwatchError extends Error {
  readonly code: ErrorCode;
  readonly place: string | undefined;
  readonly next: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'BerthwatchError';
    this.code = code;
    this.place = details.place;
    this.next = details.next;
  }
}
