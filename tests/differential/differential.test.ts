import { describe, expect, it } from 'vitest';
import { appNames } from './apps.ts';
import { type Case, caseId, loadCases } from './case.ts';
import { generateCases } from './generate/index.ts';
import { canPredict } from './predict.ts';
import { buildRootfs, isBuilt, rootfsDir, unable } from './rootfs.ts';
import { describeResult, inParallel, isCompared, runCase } from './run-case.ts';
import { readTruths } from './truth.ts';

const reason = unable();
const suffix = reason === undefined ? '' : ` (skipped: ${reason})`;

/** How many cases of an app run a real server here; `npm run differential` runs all. */
const sampleSize = 8;

/** How many are compared with what was recorded; `npm run differential -- --recorded` compares all. */
const recordedSize = 40;

/** The same cases in every run, spread over all topics. */
function sample(cases: readonly Case[], size: number): Case[] {
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

describe.skipIf(reason !== undefined)(`real servers${suffix}`, () => {
  it.each(appNames)('%s: a sample listens as recorded and as scanned', { timeout: 400_000 }, async (app) => {
    const rootfs = await buildRootfs(app);
    const truths = readTruths(app).cases;
    const results = await inParallel(sample(loadCases(app), sampleSize), 2, (item) => runCase(rootfs, item));
    expect(results.flatMap(describeResult)).toEqual([]);
    for (const { item, truth } of results)
      expect(truth?.sockets, caseId(item)).toEqual(truths[caseId(item)]?.sockets);
  });
});

describe.skipIf(reason !== undefined)(`recorded truths${suffix}`, () => {
  const ready = appNames.filter((app) => canPredict(app) && isBuilt(app));
  it.each(ready)('%s: the scan says what was recorded of a sample', { timeout: 400_000 }, async (app) => {
    const truths = readTruths(app).cases;
    const cases = sample(loadCases(app).filter(isCompared), recordedSize);
    const results = await inParallel(cases, 2, (item) => runCase(rootfsDir(app), item, truths[caseId(item)]));
    expect(results.flatMap(describeResult)).toEqual([]);
  });
});
