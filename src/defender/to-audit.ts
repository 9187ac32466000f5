import { createHash } from 'node:crypto';
import type { Audit, AuditProcess } from '../model/audit.ts';
import type { Process } from '../model/observation.ts';
import { isOfKernel } from '../sensor/sockets/ephemeral.ts';
import { startedAt } from './clock.ts';
import type { Sighting } from './defender.ts';

/** The record of a verdict that was not expected; undefined for one that was. */
export function toAudit(sighting: Sighting, host: string, now = Date.now()): Audit | undefined {
  const { observation, declaration, ruling } = sighting;
  const { verdict, reason, profile, expected } = ruling;
  if (verdict === 'expected') return undefined;
  const { transport, address, port } = observation.socket;
  const process = ruling.holder?.process;
  return {
    schema: 'berthwatch/audit/v1',
    id: idOf(sighting, host),
    time: new Date(now).toISOString(),
    host,
    workload: declaration.workload,
    verdict,
    effect: 'alert',
    outcome: 'recorded',
    listener: { transport, address, port },
    process: process === undefined ? null : processOf(process, now),
    expected: expected.map(({ listener }) => listener),
    forensics: {
      summary: reason,
      since: new Date(observation.since).toISOString(),
      source: observation.source,
      packs: [...profile.packs],
      unknown: unknownsOf(sighting),
      count: 1,
      findings: [...profile.findings],
    },
    rule: null,
  };
}

/**
 * The same story gets the same id, whoever tells it and when: a restart makes no new one. A socket that one process of
 * a program hands to the next, as those that become daemons do, makes no new one either.
 */
function idOf({ observation, declaration, ruling }: Sighting, host: string): string {
  const { transport, address, port, namespace, inode } = observation.socket;
  const { pid = 0, startTime = 0, exe = '' } = ruling.holder?.process ?? {};
  const who = inode === 0 ? [pid, startTime] : [inode, exe];
  // Those that a program opens and closes on ports of the kernel's choice are one.
  const where = inode === 0 && isOfKernel(port) ? ['any', exe] : [port, namespace, ...who];
  const story = [host, declaration.workload.id, ruling.verdict, transport, address, ...where];
  return createHash('sha256').update(JSON.stringify(story)).digest('hex').slice(0, 32);
}

/** As audits show it. `now`: the host's clock, milliseconds since 1970. */
export function processOf(
  { pid, exe, argv, uid, startTime, lineage, origin }: Process,
  now: number,
): AuditProcess {
  return {
    pid,
    exe,
    argv: [...argv],
    uid,
    startTime: new Date(startedAt(startTime, now)).toISOString(),
    lineage: lineage.map((ancestor) => ancestor.exe),
    origin,
  };
}

function unknownsOf({ observation, ruling }: Sighting): string[] {
  const unknown: string[] = [];
  if (observation.unresolved !== undefined) unknown.push(observation.unresolved);
  if (ruling.holder?.process.isArgvLate)
    unknown.push('the arguments are as the process shows them now, not as at its start');
  return unknown;
}
