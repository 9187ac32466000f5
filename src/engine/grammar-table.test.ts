import { describe, expect, it } from 'vitest';
import { runCase } from './cases.ts';

/** A 64-bit ELF file, loaded at 0x1000, with a table of names, flags and readers. No byte is above 0x7f: it is kept as text. */
function program(entries: readonly (readonly [name: string, flags: number, reader: number])[]): string {
  const file = Buffer.alloc(0x20000);
  const long = (value: number, at: number) => file.writeBigUInt64LE(BigInt(value), at);
  file.write('\x7fELF\x02\x01', 'latin1');
  long(0x40, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 0x40);
  file.writeUInt32LE(6, 0x44);
  long(0x1000, 0x40 + 16);
  long(file.length, 0x40 + 32);
  for (const [index, [name, flags, reader]] of entries.entries()) {
    const word = 0x400 + 0x10 * index;
    file.write(`${name}\0`, word, 'latin1');
    for (const [place, value] of [name.length, 0x1000 + word, flags, reader].entries())
      long(value, 0x1000 + 0x20 * index + 8 * place);
  }
  return file.toString('latin1');
}

const [top, inside, none, one, many, block, onOff] = [0x1000, 0x2000, 0x1, 0x2, 0x10, 0x20, 0x40];
const [sizes, switches] = [0x1100, 0x1200];
const binary = program([
  ['size', top + inside + one, sizes],
  ['limit', inside + one, sizes],
  ['names', top + many, 0],
  ['fast', top + onOff, switches],
  ['server', top + block + none, 0],
]);
const table = {
  files: "['/bin/x']",
  places: { '': top, server: inside },
  counts: [none, one],
  least: [0, many],
  any: 0,
  block,
  switch: onOff,
  kinds: [
    { forms: ['on|off'], once: true },
    { like: 'size', forms: ['\\d+k?'], once: true },
  ],
};

function refusal(config: string): string | undefined {
  const pack = {
    app: 'x',
    title: 'X',
    version: '1.0.0',
    recognise: [{ program: ['x'] }],
    files: [{ path: "'/x.conf'", syntax: 'braces' }],
    listeners: [],
    grammar: { table },
  };
  const files = { '/x.conf': config, '/bin/x': { text: binary, mode: 0o755 } };
  // The finding that can't be there makes the runner tell all findings.
  const asked = { name: '', place: '', command: ['/bin/x'], files, listeners: [], findings: ['none'] };
  return runCase(asked, [pack])
    .differences.map((line) => /will not start: (.*) \(/.exec(line)?.[1])
    .find((text) => text !== undefined);
}

describe('what tables of the program say', () => {
  it.each([
    ['as they say', 'size 1k; names a b c; fast on; server { limit 5; size 2; }', undefined],
    ['too few arguments', 'size;', '"size" has the wrong number of arguments'],
    ['too many arguments', 'size 1 2;', '"size" has the wrong number of arguments'],
    ['fewer than the least', 'names;', '"names" has the wrong number of arguments'],
    ['a switch of two words', 'fast on off;', '"fast" has the wrong number of arguments'],
    ['neither on nor off', 'fast perhaps;', '"fast" can not be "perhaps"'],
    ['a value that the same function refuses elsewhere', 'server { limit all; }', '"limit" can not be "all"'],
    ['twice in a block', 'size 1; size 2;', '"size" is duplicate'],
    ['in another block', 'limit 1;', '"limit" is not allowed here'],
    ['a block that is missing', 'server;', '"server" has no opening "{"'],
    ['a block too many', 'size 1 { }', '"size" takes no block'],
    ['a name that no table has', 'magic 1;', '"magic" is unknown'],
    ['unknown until the container runs', 'size \u{E000}$(n)\u{E001};', undefined],
  ])('%s', (_, config, expected) => {
    expect(refusal(config)).toBe(expected);
  });
});
