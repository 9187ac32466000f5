import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { allPacks, shippedPacks } from './packs.ts';

const dir = mkdtempSync(join(tmpdir(), 'packs-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** Puts a pack that knows `program` into a folder of packs of its own. */
function write(app: string, program: string): string {
  const folder = join(dir, app);
  mkdirSync(join(folder, app), { recursive: true });
  const pack = { app, title: 'Own', version: '9.9.9', recognise: [{ program: [program] }], listeners: [] };
  writeFileSync(join(folder, app, 'pack.yaml'), stringify(pack));
  return folder;
}

it("a user's pack comes before all shipped ones, and instead of one of its name", async () => {
  const shipped = await shippedPacks();
  const last = shipped.at(-1)?.app ?? '';
  const packs = await allPacks([write('own', 'server'), write(last, 'server')]);
  expect(packs.map(({ app }) => app)).toEqual(['own', last, ...shipped.slice(0, -1).map(({ app }) => app)]);
  expect(packs[1]?.title).toBe('Own');
});
