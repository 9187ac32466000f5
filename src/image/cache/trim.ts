import { readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Age in milliseconds at which a file that some process wrote aside counts as left behind. */
const abandonedAfter = 60 * 60_000;

/** Removes the longest unused entries until the folder holds at most `maxBytes`. */
export function trimCache(dir: string, maxBytes: number, now: number = Date.now()): void {
  const entries = listEntries(dir);
  for (const { path, time } of entries.filter((entry) => entry.path.endsWith('.tmp'))) {
    if (now - time > abandonedAfter) remove(path);
  }
  const layers = entries.filter((entry) => entry.path.endsWith('.layer')).sort((a, b) => a.time - b.time);
  let total = layers.reduce((sum, entry) => sum + entry.size, 0);
  for (const { path, size } of layers) {
    if (total <= maxBytes) return;
    remove(path);
    total -= size;
  }
}

function listEntries(dir: string): { path: string; size: number; time: number }[] {
  try {
    return readdirSync(dir).flatMap((name) => {
      const path = join(dir, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.isFile() ? [{ path, size: stat.size, time: stat.mtimeMs }] : [];
    });
  } catch {
    return [];
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Another process was faster, or has it open.
  }
}
