import { expect, it } from 'vitest';
import { memoryRootfs } from '../rootfs/memory.ts';
import { Programs } from './programs.ts';

/** A 64-bit little-endian ELF file with words in it, and names in its string table. */
function elf(words: string, symbols: string): string {
  const file = Buffer.alloc(64 + words.length + symbols.length + 64);
  file.write('\x7fELF\x02\x01', 'latin1');
  file.write(words + symbols, 64, 'latin1');
  const header = 64 + words.length + symbols.length;
  file.writeBigUInt64LE(BigInt(header), 40);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(1, 60);
  file.writeUInt32LE(3, header + 4);
  file.writeBigUInt64LE(BigInt(64 + words.length), header + 24);
  file.writeBigUInt64LE(BigInt(symbols.length), header + 32);
  return file.toString('latin1');
}

it('has the ends of strings as words, but not the names of functions', () => {
  const programs = new Programs(
    memoryRootfs({
      '/bin/x': elf('tls-port\0Both\0', 'listen\0both\0'),
      '/bin/cut': elf('a\0', 'b\0').slice(0, 70),
    }),
  );
  expect(programs.hasWord('/bin/x', 'port')).toBe(true);
  expect(programs.hasWord('/bin/x', 'tls')).toBe(false);
  expect(programs.hasWord('/bin/x', 'listen')).toBe(false);
  expect(programs.hasWord('/bin/x', 'both')).toBe(false);
  expect(programs.hasWordAnyCase('/bin/x', 'BOTH')).toBe(true);
  expect(programs.hasWord('/bin/cut', 'b')).toBe(true);
  expect(programs.hasWord('/none', 'b')).toBe(false);
});
