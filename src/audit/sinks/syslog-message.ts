import type { Audit } from '../../model/audit.ts';
import { severities } from '../severity.ts';

export interface MessageOptions {
  /** RFC 5424 table 1; 13, "log audit", unless told otherwise. */
  facility?: number;
  appName?: string;
}

/** Private enterprise number of examples (RFC 5612): Berthwatch has none of its own. */
const elementId = 'berthwatch@32473';

/** RFC 5424 section 6: header, structured data, and the text as UTF-8 with a byte order mark. */
export function syslogMessage(audit: Audit, text: string, options: MessageOptions): string {
  const priority = (options.facility ?? 13) * 8 + severities[audit.verdict].syslog;
  const header = [
    `<${priority}>1`,
    audit.time,
    name(audit.host, 255),
    name(options.appName ?? 'berthwatch', 48),
    String(process.pid),
    name(audit.verdict, 32),
  ];
  return `${header.join(' ')} ${structuredData(audit)} \ufeff${text}`;
}

/** Section 6: printable US-ASCII without spaces, or the nil value. */
function name(text: string, length: number): string {
  return text.replace(/[^!-~]/g, '_').slice(0, length) || '-';
}

/** Section 6.3. The names of parameters are ours; their values are texts that a container may have chosen. */
function structuredData(audit: Audit): string {
  const { listener, process: holder, workload } = audit;
  const parameters = {
    id: audit.id,
    verdict: audit.verdict,
    effect: audit.effect,
    workload: workload.name || workload.id,
    image: workload.image,
    transport: listener.transport,
    address: listener.address,
    port: String(listener.port),
    pid: holder ? String(holder.pid) : '',
    exe: holder?.exe ?? '',
    count: String(audit.forensics.count),
  };
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  return `[${elementId}${given.map(([key, value]) => ` ${key}="${escaped(value.slice(0, 512))}"`).join('')}]`;
}

/** Section 6.3.3; control characters are legal there, and trouble in every receiver. */
function escaped(value: string): string {
  return value.replace(/["\\\]]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
}

/**
 * The message within a datagram: what does not fit is cut at the end, between characters (RFC 5426 section 3.2;
 * RFC 5424 section 6.1 for UTF-8). The structured data stays whole in all but absurd bounds.
 */
export function withinBytes(message: string, bytes: number): Buffer {
  const whole = Buffer.from(message);
  if (whole.length <= bytes) return whole;
  let end = bytes;
  while (end > 0 && ((whole[end] ?? 0) & 0xc0) === 0x80) end--;
  return whole.subarray(0, end);
}
