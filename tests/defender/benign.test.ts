import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hasEngine, sweepEngine } from '../containers/engine.ts';
import { benignDays } from './benign/days.ts';
import { runBenignDay } from './run.ts';
import { makeTools, noCompiler } from './tools.ts';
import { type Watch, watchHost } from './watching.ts';

/** What servers do all day, in real containers: nothing is told of it. `BERTHWATCH_REPEAT` says how often it is done. */

const reason = inject('noServers') ?? (hasEngine() ? noCompiler() : 'no container engine answers');

/** Of its repeats. */
const atOnce = 4;

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
    for (let done = 0; done < repeats; done += atOnce) {
      const days = Array.from({ length: Math.min(atOnce, repeats - done) }, () => runBenignDay(watch, day));
      for (const seen of await Promise.all(days)) expect(seen).toEqual([]);
    }
  });
});
