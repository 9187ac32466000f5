// Bundles the differential suite, so that it runs on every supported Node.js, and runs it.
import { rolldown } from 'rolldown';

const output = '.cache/differential/main.js';
const bundle = await rolldown({
  input: 'tests/differential/main.ts',
  platform: 'node',
  external: /^[^./]/,
});
await bundle.write({ file: output, format: 'esm', codeSplitting: false });
await bundle.close();
const { main } = await import(`../${output}`);
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`differential: ${error.message}`);
  process.exitCode = 2;
}
