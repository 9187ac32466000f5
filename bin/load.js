// Loads the bundle with the code that V8 made of it when it was built: compiling it anew takes a quarter of a scan.
const { readFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** Where the compiled code of a bundle is. V8 takes it only if its own version, its flags and the source are the same. */
exports.codeOf = (file) => `${file}.code`;

/** Runs a CommonJS bundle. Returns its exports, and the script for who wants to store its code. */
exports.load = (file) => {
  // The bundle is ASCII, so that it can stay in one byte for each character.
  const source = readFileSync(file, 'latin1');
  const wrapped = `(function (exports, require, module, __filename, __dirname) { ${source}\n})`;
  const script = new Script(wrapped, { filename: file, cachedData: storedCode(file) });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, require, bundle, file, dirname(file));
  return { exports: bundle.exports, script };
};

function storedCode(file) {
  try {
    return readFileSync(exports.codeOf(file));
  } catch {
    return undefined;
  }
}
