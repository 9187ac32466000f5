// Bundles src into dist, so that the program starts fast and runs on every supported Node.js without a compiler;
// checks the packs, so that a scan reads them from one JSON file; and lets V8 compile what a scan needs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** Filled first and then put in place, so that a program that runs meanwhile finds all of its parts. */
const made = mkdtempSync(join(root, 'dist.'));

try {
  await bundle('src/cli/main.ts', join(made, 'dist/berthwatch.cjs'), { format: 'cjs', minify: true });
  escapeNonAscii(join(made, 'dist/berthwatch.cjs'));
  const { loadFolder } = await imported('src/pack/load.ts');
  writeFileSync(join(made, 'dist/packs.json'), JSON.stringify(await loadFolder(join(root, 'packs'))));
  await storeCode(join(made, 'dist/berthwatch.cjs'));
  rmSync(dist, { recursive: true, force: true });
  renameSync(join(made, 'dist'), dist);
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(made, { recursive: true, force: true });
}

async function bundle(input, file, options) {
  const built = await rolldown({
    input,
    cwd: root,
    platform: 'node',
    external: [/^node:/, 'vitest'],
    treeshake: { moduleSideEffects: (id) => id !== 'vitest' },
    onLog: (level, log) =>
      (level === 'warn' && log.code === 'INEFFECTIVE_DYNAMIC_IMPORT') || console.error(log.message),
  });
  await built.write({ file, codeSplitting: false, ...options });
  await built.close();
}

/** A module of src or scripts, bundled and imported. */
async function imported(input) {
  const file = join(made, `${input.replaceAll(/\W/g, '-')}.mjs`);
  await bundle(input, file, { format: 'esm' });
  return import(pathToFileURL(file).href);
}

/** A source of one byte for each character is read and kept twice as fast. All that is escaped stands in literals. */
function escapeNonAscii(file) {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, escaped));
}

/** Scans the sample images twice, for the code of a first and of a later scan. Without it all works, only slower. */
async function storeCode(file) {
  const { makeSamples } = await imported('scripts/samples/main.ts');
  const samples = makeSamples(join(root, 'scripts/samples'), join(made, 'samples'));
  const args = ['scan', ...samples, ...samples, '--cache-dir', join(made, 'cache')];
  const { status, stderr } = spawnSync(process.execPath, [
    join(root, 'scripts/store-code.cjs'),
    file,
    ...args,
  ]);
  if (status !== 0) console.error(`build: no compiled code is stored: ${stderr}`);
}
