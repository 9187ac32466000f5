import { hostname } from 'node:os';
import { Defender, type Sighting } from '../../defender/defender.ts';
import { evaluatorInChild } from '../../defender/evaluation/child-evaluator.ts';
import { toAudit } from '../../defender/to-audit.ts';
import { openWorkloads } from '../../defender/workloads.ts';
import type { Audit } from '../../model/audit.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { paintFor } from '../text/paint.ts';
import { printableJson } from '../text/printable.ts';
import { painted, span } from '../text/styled.ts';
import { type ListenersFlags, listenersCommand } from './listeners.ts';

export interface WatchFlags extends ListenersFlags {
  once?: boolean;
}

/** Watches this host until it is told to end, and tells of all that should not listen. */
export async function watchCommand(flags: WatchFlags, io: Io): Promise<ExitCode> {
  if (flags.once) return listenersCommand(flags, io);
  const onProblem = (text: string) => io.err.write(`${text}\n`);
  const show = printer(flags, io);
  const workloads = await openWorkloads(io.env, onProblem);
  const seen = new Set<string>();
  const onSighting = (sighting: Sighting) => {
    const audit = toAudit(sighting, hostname());
    if (audit === undefined || seen.has(audit.id)) return;
    seen.add(audit.id);
    show(audit);
  };
  const folders = (flags.packs ?? []).flatMap((folder) => ['--packs', folder]);
  const command = [process.argv[1] ?? '', 'evaluate', ...folders];
  const defender = new Defender({
    evaluator: evaluatorInChild({ command }),
    workloads,
    onSighting,
    onProblem,
  });
  await defender.start();
  const { level, sightings } = defender;
  onProblem(`watching ${sightings.length} sockets: ${level.sees}`);
  for (const text of level.lacks) onProblem(`not at a better level: ${text}`);
  await endSignal();
  await defender.stop();
  workloads.close();
  return exitCode.done;
}

function printer({ format, color }: WatchFlags, io: Io): (audit: Audit) => void {
  if (format === 'json') return (audit) => io.out.write(`${printableJson(JSON.stringify(audit))}\n`);
  const paint = paintFor(color, io.out, io.env);
  return ({ time, verdict, workload, forensics }) => {
    const line = [
      span(`${time}  `, 'faint'),
      span(verdict, 'bad'),
      span(`  ${workload.name}: ${forensics.summary}`),
    ];
    io.out.write(`${painted(line, paint)}\n`);
  };
}

function endSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
