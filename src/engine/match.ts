import { posix } from 'node:path';
import type { Launch } from '../model/launch.ts';
import type { Value } from '../pack/expressions.ts';
import type { CommandLine, Pack } from '../pack/schema.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { holds } from './facts.ts';
import { programNames } from './program-names.ts';
import { runs } from './runtimes/runtimes.ts';

export interface Match {
  pack: Pack;
  /** How its command line is read. */
  arguments?: CommandLine | undefined;
  /** The command line from the name on that it was called by, where the program is many. */
  argv?: readonly string[] | undefined;
  role: Record<string, Value>;
  /** The way of the pack by which it was recognised. */
  way?: Way;
  /** A person's words: how the program was recognised. */
  text: string;
}

/**
 * The pack that knows a launch's program, the first in the packs' order; before all others one that knows what a link
 * leads to as a program that is many.
 */
export function matchPack(launch: Launch, rootfs: Rootfs, packs: readonly Pack[]): Match | undefined {
  const names = programNames(launch);
  const behindLink = names.slice(1);
  return (
    firstMatch(launch, rootfs, packs, behindLink, (way) => way.called !== undefined) ??
    firstMatch(launch, rootfs, packs, names, () => true)
  );
}

type Way = NonNullable<Pack['recognise']>[number];

function firstMatch(
  launch: Launch,
  rootfs: Rootfs,
  packs: readonly Pack[],
  names: readonly string[],
  counts: (way: Way) => boolean,
): Match | undefined {
  for (const pack of packs) {
    for (const way of pack.recognise ?? []) {
      const name = counts(way) ? names.find((each) => way.program.includes(each)) : undefined;
      if (name === undefined || !runs(launch, rootfs, way.main)) continue;
      const argv = calledBy(way.called, launch.argv, names);
      if (argv === undefined) continue;
      if (way.beside?.every((pattern) => rootfs.glob(pattern).length === 0)) continue;
      if (way.holds !== undefined && holds(rootfs, launch.realExe ?? '', way.holds) === false) continue;
      const role = Object.fromEntries(
        Object.entries(way.set ?? {}).map(([key, value]) => [key, toValue(value)]),
      );
      const text = `${launch.exe} is ${pack.title}, by the program's name ${name}`;
      return { pack, role, way, argv, arguments: way.arguments, text };
    }
  }
  return undefined;
}

/** The command line from one of the names on; undefined where the program was called by none of them. */
function calledBy(
  called: readonly string[] | undefined,
  argv: readonly string[],
  names: readonly string[],
): readonly string[] | undefined {
  if (called === undefined) return argv;
  const words = argv.map((word, index) => posix.basename(index === 0 ? word.replace(/^-/, '') : word));
  const at = words.findIndex((word) => called.includes(word) || !names.includes(word));
  return called.includes(words[at] ?? '') ? argv.slice(at) : undefined;
}

function toValue(value: string | number | boolean | string[]): Value {
  return typeof value === 'number' ? BigInt(value) : value;
}
