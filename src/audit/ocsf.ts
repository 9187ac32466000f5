import { isIP } from 'node:net';
import { posix } from 'node:path';
import type { Audit, AuditProcess } from '../model/audit.ts';
import { severities } from './severity.ts';

/** The published schema that every name here was checked against. */
export const ocsfVersion = '1.8.0';

const severityIds = { Medium: 3, High: 4, Critical: 5 } as const;

/**
 * The audit as an OCSF event: class Detection Finding (2004), profiles Security Control and Container. What OCSF has
 * no name for is in `unmapped`, under the audit's own names.
 */
export function ocsfEvent(audit: Audit, productVersion?: string): object {
  const isRepeat = audit.forensics.count > 1;
  const severity = severities[audit.verdict].ocsf;
  return {
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    activity_id: isRepeat ? 2 : 1,
    activity_name: isRepeat ? 'Update' : 'Create',
    type_uid: isRepeat ? 200402 : 200401,
    type_name: `Detection Finding: ${isRepeat ? 'Update' : 'Create'}`,
    severity_id: severityIds[severity],
    severity,
    status_id: 1,
    status: 'New',
    status_detail: audit.outcome,
    time: Date.parse(audit.time),
    start_time: Date.parse(audit.forensics.since),
    count: audit.forensics.count,
    message: audit.forensics.summary,
    is_alert: true,
    ...controlOf(audit),
    metadata: metadataOf(audit, productVersion),
    finding_info: findingOf(audit, isRepeat),
    device: deviceOf(audit),
    resources: [resourceOf(audit)],
    evidences: [evidenceOf(audit)],
    observables: observablesOf(audit),
    unmapped: unmappedOf(audit),
  };
}

/** Alerts are observed; what else was done is told in words by `status_detail`, whether it succeeded too. */
function controlOf({ effect, rule }: Audit): object {
  const isAlert = effect === 'alert';
  return {
    action_id: isAlert ? 3 : 99,
    action: isAlert ? 'Observed' : effect,
    disposition_id: isAlert ? 19 : 7,
    disposition: isAlert ? 'Alert' : 'Custom Action',
    ...(rule === null ? {} : { policy: { name: rule, is_applied: true } }),
  };
}

function metadataOf(audit: Audit, version: string | undefined): object {
  return {
    version: ocsfVersion,
    uid: audit.id,
    event_code: audit.verdict,
    profiles: ['security_control', 'container'],
    product: { name: 'Berthwatch', vendor_name: 'Berthwatch', ...(version ? { version } : {}) },
  };
}

function findingOf(audit: Audit, isRepeat: boolean): object {
  const time = Date.parse(audit.time);
  return {
    uid: audit.id,
    title: `${audit.verdict} on ${audit.listener.transport} ${audit.listener.port}`,
    desc: audit.forensics.summary,
    types: [audit.verdict],
    first_seen_time: Date.parse(audit.forensics.since),
    last_seen_time: time,
    ...(isRepeat ? { modified_time: time } : { created_time: time }),
    analytic: { type_id: 1, type: 'Rule', name: audit.verdict },
  };
}

function deviceOf({ host }: Audit): object {
  return {
    hostname: host,
    type_id: 1,
    type: 'Server',
    os: { name: 'Linux', type_id: 200, type: 'Linux' },
  };
}

function resourceOf({ workload }: Audit): object {
  return {
    uid: workload.id,
    name: workload.name,
    type: workload.runtime === 'host' ? 'service' : 'container',
    tags: tagsOf(workload.labels),
  };
}

function tagsOf(labels: Readonly<Record<string, string>>): object[] {
  return Object.entries(labels).map(([name, value]) => ({ name, value }));
}

function evidenceOf(audit: Audit): object {
  const container = containerOf(audit);
  const { listener } = audit;
  return {
    ...(audit.process ? { process: processOf(audit.process, container) } : {}),
    ...(container ? { container } : {}),
    ...(!hasPort(listener)
      ? {}
      : {
          dst_endpoint: { ip: listener.address, port: listener.port },
          connection_info: {
            direction_id: 1,
            direction: 'Inbound',
            protocol_name: listener.transport,
            protocol_num: listener.transport === 'tcp' ? 6 : 17,
            protocol_ver_id: isIP(listener.address),
          },
        }),
    data: { listener, expected: audit.expected },
  };
}

function hasPort({ transport }: Audit['listener']): boolean {
  return transport === 'tcp' || transport === 'udp';
}

function containerOf({ workload }: Audit): object | undefined {
  if (workload.runtime === 'host') return undefined;
  return {
    uid: workload.id,
    name: workload.name,
    runtime: workload.runtime,
    image: { name: workload.image, uid: workload.imageDigest ?? workload.image },
    tags: tagsOf(workload.labels),
  };
}

function processOf(holder: AuditProcess, container: object | undefined): object {
  const name = posix.basename(holder.exe);
  return {
    pid: holder.pid,
    name,
    path: holder.exe,
    cmd_line: holder.argv.join(' '),
    created_time: Date.parse(holder.startTime),
    user: { uid: String(holder.uid) },
    file: { name, path: holder.exe, type_id: 8, type: 'Executable File' },
    ancestry: holder.lineage.map((path) => ({ name: posix.basename(path), path })),
    ...(container ? { container } : {}),
  };
}

/** Names point into the event; numbers of `type_id` are those of the observable object. */
function observablesOf({ host, listener, process: holder, workload }: Audit): object[] {
  const own = (name: string, type_id: number, type: string, value: string | number) => ({
    name,
    type_id,
    type,
    value: String(value),
  });
  return [
    own('device.hostname', 1, 'Hostname', host),
    own('resources.uid', 10, 'Resource UID', workload.id),
    ...(!hasPort(listener)
      ? []
      : [
          own('evidences.dst_endpoint.ip', 2, 'IP Address', listener.address),
          own('evidences.dst_endpoint.port', 11, 'Port', listener.port),
        ]),
    ...(holder
      ? [
          own('evidences.process.pid', 15, 'Process ID', holder.pid),
          own('evidences.process.name', 9, 'Process Name', posix.basename(holder.exe)),
          own('evidences.process.cmd_line', 13, 'Command Line', holder.argv.join(' ')),
          own('evidences.process.file.path', 45, 'File Path', holder.exe),
        ]
      : []),
  ];
}

function unmappedOf({ effect, expected, forensics, process: holder, schema, verdict }: Audit): object {
  return { schema, verdict, effect, expected, forensics, ...(holder ? { origin: holder.origin } : {}) };
}
