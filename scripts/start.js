// `npm start`: makes small sample images out of scripts/samples and shows what a scan says of them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const program = join(root, 'bin/berthwatch.js');
const output = join(root, '.cache/samples');

if (!existsSync(join(root, 'dist/berthwatch.cjs'))) await import('./build.js');
const bundled = mkdtempSync(join(tmpdir(), 'berthwatch-samples-'));
let samples;
try {
  const bundle = await rolldown({
    input: join(root, 'scripts/samples/main.ts'),
    platform: 'node',
    external: [/^node:/, 'vitest'],
    treeshake: { moduleSideEffects: false },
  });
  await bundle.write({ file: join(bundled, 'main.mjs'), format: 'esm' });
  await bundle.close();
  const { makeSamples } = await import(join(bundled, 'main.mjs'));
  samples = makeSamples(join(root, 'scripts/samples'), output);
} finally {
  rmSync(bundled, { recursive: true, force: true });
}

const sources = samples.map((path) => relative(process.cwd(), path));
const berthwatch = (...words) =>
  spawnSync(process.execPath, [program, ...words], { stdio: 'inherit' }).status ?? 2;
console.log(`$ berthwatch scan ${sources.join(' ')}\n`);
const sampleOf = (app) => sources.find((source) => source.endsWith(`${app}.tar`));
process.exitCode = berthwatch('scan', ...sources);
console.log(`
Try next:
  node bin/berthwatch.js scan ${sampleOf('redis')} --explain 6380
  node bin/berthwatch.js scan ${sampleOf('nginx')} --env WEB_PORT=9000 --format json
  node bin/berthwatch.js scan YOUR-IMAGE.tar`);
if (process.platform === 'linux' && process.exitCode === 0) {
  // On a terminal until Ctrl-C; elsewhere one look, so that this ends.
  const watch = process.stdout.isTTY ? ['watch'] : ['watch', '--once'];
  console.log(`\n$ berthwatch ${watch.join(' ')}    the same for what runs on this host\n`);
  process.exitCode = berthwatch(...watch);
}
