import type { Launch } from '../model/launch.ts';
import type { Value } from '../pack/expressions.ts';
import type { Pack } from '../pack/schema.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { holds } from './facts.ts';
import { programNames } from './program-names.ts';
import { runs } from './runtimes/runtimes.ts';

export interface Match {
  pack: Pack;
  role: Record<string, Value>;
  /** A person's words: how the program was recognised. */
  text: string;
}

/** The pack that knows a launch's program, the first in the packs' order. */
export function matchPack(launch: Launch, rootfs: Rootfs, packs: readonly Pack[]): Match | undefined {
  const names = programNames(launch);
  for (const pack of packs) {
    for (const way of pack.recognise ?? []) {
      const name = names.find((each) => way.program.includes(each));
      if (name === undefined || !runs(launch, rootfs, way.main)) continue;
      if (way.beside?.every((pattern) => rootfs.glob(pattern).length === 0)) continue;
      if (way.holds !== undefined && holds(rootfs, launch.realExe ?? '', way.holds) === false) continue;
      const role = Object.fromEntries(
        Object.entries(way.set ?? {}).map(([key, value]) => [key, toValue(value)]),
      );
      return { pack, role, text: `${launch.exe} is ${pack.title}, by the program's name ${name}` };
    }
  }
  return undefined;
}

function toValue(value: string | number | boolean | string[]): Value {
  return typeof value === 'number' ? BigInt(value) : value;
}
