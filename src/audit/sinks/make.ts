import type { FileOptions } from './file.ts';
import type { AuditFormat, Encode, Sink } from './sink.ts';
import type { StdoutOptions } from './stdout.ts';
import type { SyslogOptions } from './syslog.ts';
import type { WebhookOptions } from './webhook.ts';

/** One sink as the operator configures it. */
export type SinkOptions = (
  | ({ kind: 'stdout' } & StdoutOptions)
  | ({ kind: 'file' } & FileOptions)
  | ({ kind: 'syslog' } & SyslogOptions)
  | ({ kind: 'webhook' } & WebhookOptions)
) & { format?: AuditFormat };

/** Only the code of what is configured is loaded: the defender's memory is counted. */
export async function makeSink(options: SinkOptions, productVersion?: string): Promise<Sink> {
  const encode = await encoder(options.format ?? 'berthwatch', productVersion);
  if (options.kind === 'stdout') return (await import('./stdout.ts')).stdoutSink(options, encode);
  if (options.kind === 'file') return (await import('./file.ts')).fileSink(options, encode);
  if (options.kind === 'syslog') return (await import('./syslog.ts')).syslogSink(options, encode);
  return (await import('./webhook.ts')).webhookSink(options, encode);
}

async function encoder(format: AuditFormat, productVersion: string | undefined): Promise<Encode> {
  if (format === 'berthwatch') return JSON.stringify;
  const { ocsfEvent } = await import('../ocsf.ts');
  return (audit) => JSON.stringify(ocsfEvent(audit, productVersion));
}
