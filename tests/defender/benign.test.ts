import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hasEngine, sweepEngine } from '../containers/engine.ts';
import { benignDays } from './benign/days.ts';
import { engineDays } from './benign/engine.ts';
import { serverDays } from './benign/servers.ts';
import { makeNetwork, removeNetwork } from './containers.ts';
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
    await makeNetwork();
    watch = await watchHost();
  });

  afterAll(async () => {
    await watch?.stop();
    sweepEngine();
    await removeNetwork();
  });

  it.each([...benignDays, ...engineDays, ...serverDays])(
    '$row $name',
    { timeout: repeats * 180_000, retry: 1 },
    async (day) => {
      const turn = day.alone === true ? 1 : atOnce;
      for (let done = 0; done < repeats; done += turn) {
        const days = Array.from({ length: Math.min(turn, repeats - done) }, () => runBenignDay(watch, day));
        for (const seen of await Promise.all(days)) expect(seen).toEqual([]);
      }
    },
  );
});
