// Bundles src into dist, so that the program starts fast and runs on every supported Node.js without a compiler, and
// checks the packs once and for all: a scan reads them from one JSON file.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** Filled first and then put in place, so that a program that runs meanwhile finds all of its parts. */
const made = mkdtempSync(join(root, 'dist.'));

try {
  await bundle({ cli: 'src/cli/main.ts' }, join(made, 'dist'));
  await bundle({ load: 'src/pack/load.ts' }, join(made, 'build'));
  const { loadFolder } = await import(pathToFileURL(join(made, 'build/load.js')).href);
  const packs = await loadFolder(join(root, 'packs'));
  writeFileSync(join(made, 'dist/packs.json'), JSON.stringify(packs));
  rmSync(dist, { recursive: true, force: true });
  renameSync(join(made, 'dist'), dist);
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(made, { recursive: true, force: true });
}

async function bundle(input, dir) {
  const built = await rolldown({ input, cwd: root, platform: 'node', external: [/^node:/] });
  await built.write({
    dir,
    format: 'esm',
    minify: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await built.close();
}
