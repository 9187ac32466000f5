import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuditsState } from '../audit/audits.ts';
import { type DefenderState, serveMetrics } from './metrics.ts';

const audits: AuditsState = {
  recorded: 3,
  dropped: 0,
  spoolBytes: 10,
  waitingBytes: 0,
  error: undefined,
  sinks: [{ sink: 'stdout', delivered: 2, refused: 0, backlogBytes: 5, error: undefined }],
};
const state: DefenderState = {
  level: { name: 'trace', sees: 'all', lacks: [] },
  sockets: 4,
  workloads: 2,
  verdicts: new Map([['port-hijack', 1]]),
  problems: 0,
  audits,
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(now: DefenderState): Promise<string> {
  const server = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => now);
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('metrics', () => {
  it('are lines that Prometheus reads', async () => {
    const text = await (await fetch(`${await serve(state)}/metrics`)).text();
    expect(text).toContain(
      '# TYPE berthwatch_verdicts_total counter\nberthwatch_verdicts_total{verdict="port-hijack"} 1\n',
    );
    expect(text).toContain('berthwatch_sink_backlog_bytes{sink="stdout"} 5\n');
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"\})? -?[\d.e+]+)$/);
    }
  });

  it('health is 503 with reasons while something is wrong', async () => {
    expect((await fetch(`${await serve(state)}/health`)).status).toBe(200);
    const ill = {
      ...state,
      level: { ...state.level, lacks: ['no tracefs'] },
      audits: { ...audits, error: 'ENOSPC' },
    };
    const answer = await fetch(`${await serve(ill)}/health`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      ok: false,
      level: 'trace',
      troubles: ['no tracefs', 'spool: ENOSPC'],
    });
  });

  it('nothing else is served', async () => {
    const place = await serve(state);
    expect((await fetch(`${place}/`)).status).toBe(404);
    expect((await fetch(`${place}/metrics`, { method: 'POST' })).status).toBe(405);
  });
});
