// Run by the build: `node store-code.cjs BUNDLE ARGS…` runs the bundle with these arguments, and stores the compiled
// code of all functions that it needed.
const { writeFileSync } = require('node:fs');
const { codeOf, load } = require('../bin/load.js');

const [, , file] = process.argv;
process.argv.splice(1, 2, file);
const { exports: bundle, script } = load(file);
bundle.done.then(() => writeFileSync(codeOf(file), script.createCachedData()));
