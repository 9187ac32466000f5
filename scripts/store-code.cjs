// Run by the build: `node store-code.cjs BUNDLE ARGS…` runs the bundle with these arguments, and stores the compiled
// code of all functions that it needed.
const { writeFileSync } = require('node:fs');
const { codeOf, load, parts } = require('../bin/load.js');

const [, , file] = process.argv;
process.argv.splice(1, 2, file);
load(file).done.then(() => {
  for (const [part, { script }] of parts) writeFileSync(codeOf(part), script.createCachedData());
});
