import { expect, it } from 'vitest';
import { memoryRootfs } from '../rootfs/memory.ts';
import { OverlayTree } from '../rootfs/overlay.ts';
import { Rootfs } from '../rootfs/rootfs.ts';
import type { FileTree } from '../rootfs/tree.ts';
import { Programs } from './programs.ts';

/**
 * A 64-bit little-endian ELF file, loaded at 0x1000, with words in it, names in its string table, and pointers. No byte
 * is above 0x7f, so that it can be kept as text.
 */
function elf(words: string, symbols: string, pointers: readonly number[] = []): string {
  const [section, segment, data] = [0x100, 0x140, 0x200];
  const file = Buffer.alloc(0x300);
  file.write('\x7fELF\x02\x01', 'latin1');
  file.write(words + symbols, 64, 'latin1');
  const long = (value: number, at: number) => file.writeBigUInt64LE(BigInt(value), at);
  long(segment, 32);
  long(section, 40);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(1, 60);
  file.writeUInt32LE(3, section + 4);
  long(64 + words.length, section + 24);
  long(symbols.length, section + 32);
  file.writeUInt32LE(1, segment);
  long(0x1000, segment + 16);
  long(file.length, segment + 32);
  for (const [index, pointer] of pointers.entries()) long(pointer, data + 8 * index);
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

it('captures what is printable around a text, of its first occurrence that fits', () => {
  const programs = new Programs(
    memoryRootfs({ '/bin/x': elf('demo/none\0demo/1.2 (a)\0', ''), '/bin/y': 'demo/1.2' }),
  );
  expect(programs.capture('/bin/x', 'demo/', 'demo/([0-9.]+)')).toBe('1.2');
  expect(programs.capture('/bin/x', 'demo/', '[(](b)[)]')).toBeUndefined();
  expect(programs.capture('/bin/y', 'demo/', 'demo/([0-9.]+)')).toBeUndefined();
  expect([programs.contains('/bin/x', '2 (a)'), programs.contains('/bin/x', 'b')]).toEqual([true, false]);
  expect(programs.contains('/bin/y', '1')).toBeUndefined();
});

it('tells words in tables of data from those that only code uses', () => {
  const words = 'TlsPort\0Server\0';
  const programs = new Programs(
    memoryRootfs({ '/bin/x': elf(words, 'listen\0', [0x1000 + 64 + 3]), '/bin/script': '#!/bin/sh' }),
  );
  expect(programs.isInTable('/bin/x', 'Port', false)).toBe(true);
  expect(programs.isInTable('/bin/x', 'port', false)).toBe(false);
  expect(programs.isInTable('/bin/x', 'port', true)).toBe(true);
  expect(programs.isInTable('/bin/x', 'Server', false)).toBe(false);
  expect(programs.isInTable('/bin/script', 'anything', false)).toBe(true);
});

it('reads a program once for all changes on top of an image, and one that was written anew', () => {
  const { tree } = memoryRootfs({ '/bin/x': elf('old\0', '') });
  let reads = 0;
  const counted: FileTree = {
    entry: (path) => tree.entry(path),
    names: (path) => tree.names(path),
    body: (path, limit) => {
      reads++;
      return tree.body(path, limit);
    },
  };
  const overlay = new OverlayTree(new OverlayTree(counted));
  overlay.copy('/bin/x', '/bin/y', 'test');
  const before = new Programs(new Rootfs(overlay.fork()));
  expect([before.hasWord('/bin/x', 'old'), before.hasWord('/bin/y', 'old')]).toEqual([true, true]);
  expect([before.capture('/bin/x', 'ol', '(old)'), before.contains('/bin/x', 'new')]).toEqual(['old', false]);
  overlay.writeFile('/bin/x', Buffer.from(elf('new\0', ''), 'latin1'), 'test');
  const after = new Programs(new Rootfs(overlay));
  expect([after.hasWord('/bin/x', 'old'), after.hasWord('/bin/x', 'new')]).toEqual([false, true]);
  expect(after.hasWord('/bin/y', 'old')).toBe(true);
  expect(reads).toBe(1);
});
