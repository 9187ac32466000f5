// Bundles src into dist, so that the program starts fast and runs on every supported Node.js without a compiler;
// checks the packs, so that a scan reads them from one JSON file; and lets V8 compile what a scan needs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** Filled first and then put in place, so that a program that runs meanwhile finds all of its parts. */
const made = mkdtempSync(join(root, 'dist.'));

/** What a scan of a file may do without: it stays in parts of its own, which are loaded when they are called for. */
const seldom =
  /node_modules\/(zod|yaml)\/|src\/(image\/(registry|daemon)|pack\/(schema|load)|engine\/(lint|cases|reached|test-pack)|runtime|sensor|policy|audit|defender|cli\/(explain|relative-folder|table\/(sightings|live)|text\/columns|commands\/(packs|watch|listeners|evaluate|look-around|doctor)))/;

/** commander can run subcommands as programs, which is not used here, and loads what that needs at each start. */
const commanderStartsNothing = {
  name: 'commander-starts-nothing',
  resolveId: (id, importer) =>
    id === 'node:child_process' && /node_modules.commander/.test(importer ?? '') ? '\0nothing' : undefined,
  load: (id) => (id === '\0nothing' ? 'export default {}' : undefined),
};

try {
  await bundleProgram();
  const { loadFolder } = await imported('src/pack/load.ts');
  writeFileSync(join(made, 'dist/packs.json'), JSON.stringify(await loadFolder(join(root, 'packs'))));
  await storeCode();
  rmSync(dist, { recursive: true, force: true });
  renameSync(join(made, 'dist'), dist);
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(made, { recursive: true, force: true });
}

async function bundleProgram() {
  await bundle({ berthwatch: 'src/cli/main.ts' }, [commanderStartsNothing], {
    dir: join(made, 'dist'),
    format: 'cjs',
    minify: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    codeSplitting: { groups: [{ name: 'scan', test: (id) => !seldom.test(id) }] },
  });
  const parts = readdirSync(join(made, 'dist')).map((name) => join(made, 'dist', name));
  for (const part of parts) writeFileSync(part, `${wrapped(escaped(readFileSync(part, 'utf8')))}\n`);
}

/** A module of src or scripts, bundled and imported. */
async function imported(input) {
  const file = join(made, `${input.replaceAll(/\W/g, '-')}.mjs`);
  await bundle(input, [], { file, format: 'esm', codeSplitting: false });
  return import(pathToFileURL(file).href);
}

async function bundle(input, plugins, output) {
  const built = await rolldown({
    input,
    plugins,
    cwd: root,
    platform: 'node',
    external: [/^node:/, 'vitest'],
    treeshake: { moduleSideEffects: (id) => id !== 'vitest' },
    onLog: (level, log) =>
      (level === 'warn' && log.code === 'INEFFECTIVE_DYNAMIC_IMPORT') || console.error(log.message),
  });
  await built.write(output);
  await built.close();
}

/** A source of one byte for each character is read and kept twice as fast. All that is escaped stands in literals. */
function escaped(source) {
  const numbered = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return source.replace(/[^\0-\x7f]/g, numbered);
}

/** As bin/load.js runs it: wrapping it there would copy all of it. */
function wrapped(source) {
  return `(function(exports,require,module,__filename,__dirname){${source}\n})`;
}

/** Scans the sample images twice, for the code of a first and of a later scan. Without it all works, only slower. */
async function storeCode() {
  const { makeSamples } = await imported('scripts/samples/main.ts');
  const samples = makeSamples(join(root, 'scripts/samples'), join(made, 'samples'));
  const args = ['scan', ...samples, ...samples, '--cache-dir', join(made, 'cache')];
  const program = join(made, 'dist/berthwatch.cjs');
  const { status, stderr } = spawnSync(process.execPath, [
    join(root, 'scripts/store-code.cjs'),
    program,
    ...args,
  ]);
  if (status !== 0) console.error(`build: no compiled code is stored: ${stderr}`);
}
