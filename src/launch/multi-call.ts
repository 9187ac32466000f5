import { posix } from 'node:path';
import { limits } from '../base/limits.ts';
import type { World } from './world.ts';

/** Programs that are many, called by their links or by their own name and theirs. */
const ownNames = /^(busybox|toybox|coreutils)([.-]\w+)?$/;

export function isMultiCall(path: string): boolean {
  return ownNames.test(posix.basename(path));
}

/** What a program that is many was built with. */
export interface MultiCall {
  /** The names of its applets, sorted. */
  applets: readonly string[];
  /** It looks for programs among its own applets before it follows the search path. */
  prefersItself: boolean;
}

const built = new WeakMap<World, Map<string, MultiCall>>();

/** Looks into the program; a stand-in or one that can't be read has no applets. */
export function multiCallOf(world: World, realPath: string): MultiCall {
  const known = built.get(world) ?? new Map<string, MultiCall>();
  built.set(world, known);
  const found = known.get(realPath) ?? readMultiCall(world, realPath);
  known.set(realPath, found);
  return found;
}

function readMultiCall(world: World, realPath: string): MultiCall {
  const body = world.files.rootfs.read(realPath, limits.executableBytes);
  if (!body || !('bytes' in body)) return { applets: [], prefersItself: false };
  const bytes = Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength);
  world.budget.spendOn(bytes.length / 64);
  // What a build says of its shell when it is called without arguments.
  return { applets: tableAround(bytes, 'busybox'), prefersItself: bytes.includes('without $PATH search') };
}

/** The sorted list of names, each ended by a zero byte, that one name stands in. */
function tableAround(bytes: Buffer, name: string): string[] {
  const at = bytes.indexOf(`\0${name}\0`);
  if (at < 0) return [];
  const window = bytes.subarray(Math.max(0, at - 8_000), at + 8_000).toString('latin1');
  const words = window.split('\0');
  const middle = words.indexOf(name);
  const isBefore = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && /^[\w.[-]{1,30}$/.test(a) && /^[\w.[-]{1,30}$/.test(b) && a < b;
  let first = middle;
  let last = middle;
  while (isBefore(words[first - 1], words[first])) first--;
  while (isBefore(words[last], words[last + 1])) last++;
  return words.slice(first, last + 1);
}
