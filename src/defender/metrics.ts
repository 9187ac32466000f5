import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AuditsState } from '../audit/audits.ts';
import type { Verdict } from '../model/audit.ts';
import type { Level } from '../sensor/level.ts';

/** What is told of a defender at one moment. */
export interface DefenderState {
  level: Level;
  sockets: number;
  workloads: number;
  verdicts: ReadonlyMap<Verdict, number>;
  problems: number;
  audits: AuditsState;
}

/** The text of metrics (Prometheus exposition format 0.0.4). */
export function metricsText(state: DefenderState): string {
  const { level, sockets, workloads, verdicts, problems, audits } = state;
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    metric('berthwatch_level_info', 'gauge', 'The level at which this host is sensed.', [
      [`{level="${level.name}"}`, 1],
    ]),
    metric('berthwatch_sockets', 'gauge', 'Sockets that others can reach.', [['', sockets]]),
    metric('berthwatch_workloads', 'gauge', 'Containers and units of the host that were seen.', [
      ['', workloads],
    ]),
    metric(
      'berthwatch_verdicts_total',
      'counter',
      'Verdicts that were reached.',
      [...verdicts].map(([verdict, count]) => [`{verdict="${verdict}"}`, count]),
    ),
    metric('berthwatch_problems_total', 'counter', 'Things that could not be seen or known.', [
      ['', problems],
    ]),
    metric('berthwatch_audits_recorded_total', 'counter', 'Audits put on disk.', [['', audits.recorded]]),
    metric('berthwatch_audits_dropped_total', 'counter', 'Audits that could not be kept.', [
      ['', audits.dropped],
    ]),
    metric('berthwatch_spool_bytes', 'gauge', 'Size of the spool.', [['', audits.spoolBytes]]),
    metric(
      'berthwatch_sink_delivered_total',
      'counter',
      'Audits that a sink has taken.',
      audits.sinks.map(({ sink, delivered }) => [`{sink="${sink}"}`, delivered]),
    ),
    metric(
      'berthwatch_sink_backlog_bytes',
      'gauge',
      'Bytes of audits that a sink has not taken yet.',
      audits.sinks.map(({ sink, backlogBytes }) => [`{sink="${sink}"}`, backlogBytes]),
    ),
    metric('process_resident_memory_bytes', 'gauge', 'Resident memory of this process.', [['', rss]]),
    metric('nodejs_heap_size_used_bytes', 'gauge', 'Heap in use.', [['', heapUsed]]),
    metric('process_cpu_seconds_total', 'counter', 'User and system time.', [['', (user + system) / 1e6]]),
  ].join('');
}

function metric(
  name: string,
  type: string,
  help: string,
  samples: readonly (readonly [string, number])[],
): string {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`).join('');
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines}`;
}

/** Why a defender is not well; empty when it is. */
export function troubles({ level, audits }: DefenderState): string[] {
  return [
    ...level.lacks,
    ...(audits.error === undefined ? [] : [`spool: ${audits.error}`]),
    ...audits.sinks.flatMap(({ sink, error }) => (error === undefined ? [] : [`${sink}: ${error}`])),
  ];
}

/** Serves `/metrics` and `/health` (200, or 503 while something is wrong). Rejects where the port is taken. */
export async function serveMetrics(
  { host, port }: { host: string; port: number },
  state: () => DefenderState,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405).end();
    if (request.url === '/metrics') {
      return response
        .writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
        .end(metricsText(state()));
    }
    if (request.url !== '/health') return response.writeHead(404).end();
    const wrong = troubles(state());
    const body = `${JSON.stringify({ ok: wrong.length === 0, level: state().level.name, troubles: wrong })}\n`;
    return response
      .writeHead(wrong.length === 0 ? 200 : 503, { 'content-type': 'application/json' })
      .end(body);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}
