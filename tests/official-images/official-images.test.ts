import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCases, runCase } from '../../src/engine/cases.ts';
import { loadFolder } from '../../src/pack/load.ts';

/**
 * Images that many start from, with their usual variations: what their start scripts do is told again in words of our
 * own, with all packs at hand. Further ones, of one app each, are `cases/images.yaml` of the packs.
 */
const packs = await loadFolder(join(import.meta.dirname, '../../packs'));

describe('official images lead to their listeners', async () => {
  it.each(await loadCases(import.meta.dirname))('$name', (each) => {
    expect(runCase(each, packs).differences).toEqual([]);
  });
});
