import { afterAll, describe, expect, inject, it } from 'vitest';
import { appNames } from './apps.ts';
import { type Case, caseId, loadCases } from './case.ts';
import { generateCases } from './generate/index.ts';
import { inParallel } from './in-parallel.ts';
import { canPredict } from './predict.ts';
import { buildRootfs } from './rootfs.ts';
import { describeResult, isCompared, runCase } from './run-case.ts';
import { readTruths } from './truth.ts';
import { sweepViews } from './view.ts';

const reason = inject('noServers');
const suffix = reason === undefined ? '' : ` (skipped: ${reason})`;

/** About how many cases of all apps run a real server here; `npm run differential` runs all. */
const realCases = 40;

/** About how many are compared with what was recorded; `npm run differential -- --recorded` compares all. */
const recordedCases = 160;

/** One app's part of `total`: the same cases in every run, spread over all topics. */
function sample(cases: readonly Case[], total: number): Case[] {
  const size = Math.ceil(total / appNames.length);
  const step = Math.max(1, cases.length / size);
  const places = Array.from({ length: size }, (_, index) => Math.floor((index + 0.5) * step));
  return places.flatMap((place) => cases[place] ?? []);
}

describe('cases', () => {
  it.each(appNames)('%s: every case has a recorded truth, and every truth a case', (app) => {
    const ids = loadCases(app).map(caseId).sort();
    expect(Object.keys(readTruths(app).cases).sort()).toEqual(ids);
  });

  it.each(appNames)('%s: a seed always makes the same cases, another seed others', (app) => {
    const cases = generateCases(app, 7, 5);
    expect(generateCases(app, 7, 5)).toEqual(cases);
    expect(generateCases(app, 8, 5).map(({ command, files }) => [command, files])).not.toEqual(
      cases.map(({ command, files }) => [command, files]),
    );
  });
});

afterAll(() => {
  if (reason === undefined) sweepViews();
});

describe.skipIf(reason !== undefined)(`real servers${suffix}`, () => {
  it.each(appNames)('%s: a sample listens as recorded and as scanned', { timeout: 400_000 }, async (app) => {
    const rootfs = await buildRootfs(app);
    const truths = readTruths(app).cases;
    const results = await inParallel(sample(loadCases(app), realCases), 2, (item) => runCase(rootfs, item));
    expect(results.flatMap(describeResult)).toEqual([]);
    for (const { item, truth } of results)
      expect(truth?.sockets, caseId(item)).toEqual(truths[caseId(item)]?.sockets);
  });
});

describe.skipIf(reason !== undefined)(`recorded truths${suffix}`, () => {
  it.each(appNames.filter(canPredict))(
    '%s: the scan says what was recorded of a sample',
    { timeout: 400_000 },
    async (app) => {
      const rootfs = await buildRootfs(app);
      const truths = readTruths(app).cases;
      const cases = sample(loadCases(app).filter(isCompared), recordedCases);
      const results = await inParallel(cases, 2, (item) => runCase(rootfs, item, truths[caseId(item)]));
      expect(results.flatMap(describeResult)).toEqual([]);
    },
  );
});
