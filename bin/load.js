// Runs the bundle with the code that V8 made of it when it was built: compiling it anew takes a quarter of a scan.
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

/** Where the compiled code of a part is. V8 takes it only if its own version, its flags and the source are the same. */
exports.codeOf = (file) => `${file}.code`;

/** Parts of the bundle that were loaded, by file: their exports, and their scripts for who wants to store their code. */
const parts = new Map();
exports.parts = parts;

/** Runs a part, which is a function of a CommonJS module's variables, and returns its exports. */
exports.load = function load(file) {
  const known = parts.get(file);
  if (known) return known.exports;
  // All parts are ASCII, so that they can stay in one byte for each character.
  const source = readFileSync(file, 'latin1');
  const script = new Script(source, { filename: file, cachedData: storedCode(file) });
  const part = { exports: {}, script };
  parts.set(file, part);
  const folder = dirname(file);
  const requirePart = (name) => (name.startsWith('./') ? load(join(folder, name)) : require(name));
  script.runInThisContext()(part.exports, requirePart, part, file, folder);
  return part.exports;
};

function storedCode(file) {
  try {
    return readFileSync(exports.codeOf(file));
  } catch {
    return undefined;
  }
}
