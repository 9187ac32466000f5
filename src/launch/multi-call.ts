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

/** The longest sorted list of names, each between zero bytes, that one of them stands in. */
function tableAround(bytes: Buffer, name: string): string[] {
  let table: string[] = [];
  const text = `\0${name}\0`;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    const before = bytes
      .subarray(Math.max(0, at - tableBytes), at)
      .toString('latin1')
      .split('\0');
    const after = bytes
      .subarray(at + 1, at + tableBytes)
      .toString('latin1')
      .split('\0');
    const names = [...sorted(before.reverse(), name, -1).reverse(), name, ...sorted(after.slice(1), name, 1)];
    if (names.length > table.length) table = names;
  }
  return table;
}

/** More bytes than all names that there are. */
const tableBytes = 8_000;

/** Those names from the beginning of `words` on that go on sorted after `from`, upwards or downwards. */
function sorted(words: readonly string[], from: string, direction: 1 | -1): string[] {
  let last = from;
  const end = words.findIndex((word) => {
    const fits = /^[\w.[-]{1,30}$/.test(word) && (direction > 0 ? word > last : word < last);
    last = word;
    return !fits;
  });
  return words.slice(0, end < 0 ? words.length : end);
}
