// Bundles the differential suite, so that it runs on every supported Node.js, and runs it.
import { rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

// A file of its own: two runs at once must not read each other's half-written bundle.
const output = `.cache/differential/main-${process.pid}.js`;
const bundle = await rolldown({
  input: 'tests/differential/main.ts',
  platform: 'node',
  external: /^[^./]/,
});
let main;
try {
  await bundle.write({ file: output, format: 'esm', codeSplitting: false });
  await bundle.close();
  ({ main } = await import(`../${output}`));
} finally {
  rmSync(output, { force: true });
}
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`differential: ${error.message}`);
  process.exitCode = 2;
}
