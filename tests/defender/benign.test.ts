import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hasEngine, sweepEngine } from '../containers/engine.ts';
import { benignDays } from './benign/days.ts';
import { runBenignDay } from './run.ts';
import { makeTools, noCompiler } from './tools.ts';
import { type Watch, watchHost } from './watching.ts';

/** What servers do all day, in real containers: nothing is told of it. `BERTHWATCH_REPEAT` says how often it is done. */

const reason = inject('noServers') ?? (hasEngine() ? noCompiler() : 'no container engine answers');

const repeats = Number(process.env.BERTHWATCH_REPEAT ?? 1);

describe.skipIf(reason !== undefined)(`benign days${reason ? ` (${reason})` : ''}`, () => {
  let watch: Watch;

  beforeAll(async () => {
    await makeTools();
    watch = await watchHost();
  });

  afterAll(async () => {
    await watch?.stop();
    sweepEngine();
  });

  it.each(benignDays)('$row $name', { timeout: repeats * 180_000, retry: 1 }, async (day) => {
    for (let time = 0; time < repeats; time++) expect(await runBenignDay(watch, day)).toEqual([]);
  });
});
