import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadFolder } from './load.ts';
import type { Pack } from './schema.ts';

/** The packs shipped with the program: as the build checked and compiled them, else from their folder. */
export async function shippedPacks(): Promise<Pack[]> {
  const compiled = fileURLToPath(new URL('./packs.json', import.meta.url));
  if (existsSync(compiled)) return JSON.parse(readFileSync(compiled, 'utf8')) as Pack[];
  return loadFolder(shippedFolder());
}

/** The folder of the shipped packs. */
export function shippedFolder(): string {
  const fromBundle = fileURLToPath(new URL('../packs', import.meta.url));
  const fromSource = fileURLToPath(new URL('../../packs', import.meta.url));
  return existsSync(fromBundle) ? fromBundle : fromSource;
}

/** The packs of the user's folders, which are matched first, and those shipped ones that none of them replaces by name. */
export async function allPacks(folders: readonly string[]): Promise<Pack[]> {
  const own = new Map<string, Pack>();
  for (const folder of folders) {
    for (const pack of await loadFolder(folder)) own.set(pack.app, pack);
  }
  const shipped = (await shippedPacks()).filter(({ app }) => !own.has(app));
  return [...own.values(), ...shipped];
}

/** The names of executables whose compiled-in defaults some pack searches. */
export function searchedExecutables(packs: readonly Pack[]): Set<string> {
  const names = new Set<string>();
  for (const pack of packs) {
    const isSearched = Object.values(pack.settings ?? {}).some((setting) => setting.executable !== undefined);
    for (const way of pack.recognise ?? []) {
      if (isSearched || way.holds !== undefined) for (const name of way.program) names.add(name);
    }
  }
  return names;
}
