import { constants, setPriority } from 'node:os';
import { PassThrough } from 'node:stream';
import { readSettings, type Settings } from '../../defender/config/settings.ts';
import { evaluatorInChild } from '../../defender/evaluation/child-evaluator.ts';
import { type RunningDefender, runDefender } from '../../defender/run.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { LiveTable } from '../table/live.ts';
import { paintFor } from '../text/paint.ts';
import { span } from '../text/styled.ts';
import { version } from '../version.ts';
import { type ListenersFlags, listenersCommand } from './listeners.ts';

export interface WatchFlags extends ListenersFlags {
  once?: boolean;
  config?: string;
  spool?: string;
  metrics?: string;
}

/** Watches this host until it is told to end, and tells of all that should not listen. */
export async function watchCommand(flags: WatchFlags, io: Io): Promise<ExitCode> {
  if (flags.once) return listenersCommand(flags, io);
  comeFirst();
  const settings = await readSettings(flags, io.env);
  const folders = settings.packs.flatMap((folder) => ['--packs', folder]);
  const evaluator = evaluatorInChild({ command: [process.argv[1] ?? '', 'evaluate', ...folders] });
  let defender: RunningDefender | undefined;
  const isLive = io.out.isTerminal && flags.format === 'table';
  const live = isLive
    ? new LiveTable(() => defender, io.out, paintFor(flags.color, io.out, io.env))
    : undefined;
  const ended = endSignal();
  defender = await runDefender({
    settings: live ? withTable(settings, live) : settings,
    evaluator,
    env: io.env,
    version,
    onChange: () => live?.changed(),
    onProblem: (text) => (live ? live.tell(span(text).text) : io.err.write(`${span(text).text}\n`)),
  });
  if (live) live.changed();
  else introduce(defender, settings, io);
  await ended;
  live?.stop();
  await defender.stop();
  return exitCode.done;
}

/** What keeps a host busy must not keep its defender waiting; those that it starts do not come first. */
function comeFirst(): void {
  try {
    setPriority(constants.priority.PRIORITY_ABOVE_NORMAL);
  } catch {
    // It takes CAP_SYS_NICE, and goes without.
  }
}

/** Lines of audits go below the table instead of between its lines. */
function withTable(settings: Settings, live: LiveTable): Settings {
  const stream = new PassThrough({ encoding: 'utf8' });
  stream.on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) live.tell(line);
  });
  const sinks = settings.sinks.map((sink) => (sink.kind === 'stdout' ? { ...sink, stream } : sink));
  return { ...settings, sinks };
}

function introduce(defender: RunningDefender, { metrics, spool }: Settings, io: Io): void {
  const { level, sockets, workloads } = defender.state();
  io.err.write(`watching ${sockets} sockets of ${workloads} workloads: ${level.sees}\n`);
  for (const text of level.lacks) io.err.write(`not at a better level: ${text}\n`);
  io.err.write(`audits are kept in ${spool.dir}\n`);
  if (metrics)
    io.err.write(`metrics and health: http://${metrics.host}:${metrics.port}/metrics and /health\n`);
}

function endSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
