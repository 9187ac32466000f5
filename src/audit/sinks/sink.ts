import type { Audit } from '../../model/audit.ts';

/** A receiver of audits: each is given to it in order and at least once. */
export interface Sink {
  /** Unique among sinks; `[a-z0-9-]+`. */
  readonly name: string;
  /**
   * Resolves when the receiver has all audits of the batch. Rejects when not: with DeliveryError where it can say
   * more. A batch may come again, then perhaps with more audits behind it.
   */
  deliver(batch: readonly Audit[], signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

interface DeliveryDetails {
  /** How many audits of the batch, from its start, have arrived for certain. */
  delivered?: number;
  /** The receiver works, and does not want what follows those; to try again changes little. */
  isRefusal?: boolean;
  /** Milliseconds that the receiver asks to be left alone. */
  retryAfterMs?: number;
  cause?: unknown;
}

export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly delivered: number;
  readonly isRefusal: boolean;
  readonly retryAfterMs: number;

  constructor(message: string, details: DeliveryDetails = {}) {
    super(message, { cause: details.cause });
    this.delivered = details.delivered ?? 0;
    this.isRefusal = details.isRefusal ?? false;
    this.retryAfterMs = details.retryAfterMs ?? 0;
  }
}

/** What a sink makes of an audit: its own JSON, or an OCSF event. */
export type AuditFormat = 'berthwatch' | 'ocsf';

/** One audit as the JSON of its format. */
export type Encode = (audit: Audit) => string;
