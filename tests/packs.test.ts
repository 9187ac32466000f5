import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCases, runCase } from '../src/engine/cases.ts';
import { loadFolder, packFolders } from '../src/pack/load.ts';

const folders = packFolders(join(import.meta.dirname, '../packs'));
const packs = await loadFolder(join(import.meta.dirname, '../packs'));

describe.each(folders)('%s', async (folder) => {
  it.each(await loadCases(folder))('$name', (each) => {
    expect(runCase(each, packs).differences).toEqual([]);
  });
});
