import { matchGlob } from '../../base/glob.ts';
import type { Launch } from '../../model/launch.ts';
import type { Rootfs } from '../../rootfs/rootfs.ts';
import { programNames } from '../program-names.ts';
import { erlang } from './erlang/erlang.ts';
import { java } from './java/java.ts';
import { node } from './node/node.ts';
import { python } from './python/python.ts';
import type { Runtime, RuntimeCommand } from './runtime.ts';

/** All runtimes that are known. */
const runtimes: readonly Runtime[] = [erlang, java, node, python];

const read = new WeakMap<Launch, RuntimeCommand | null>();

/** What a launch runs, if its program is a runtime. */
export function runtimeCommand(launch: Launch, rootfs: Rootfs): RuntimeCommand | undefined {
  const known = read.get(launch);
  if (known !== undefined) return known ?? undefined;
  const names = programNames(launch);
  const runtime = runtimes.find(({ programs }) => programs.some((name) => names.includes(name)));
  const command = runtime?.read(launch, rootfs);
  read.set(launch, command ?? null);
  return command;
}

/** Whether a launch runs one of these, names or patterns; without them, whatever it is. */
export function runs(launch: Launch, rootfs: Rootfs, mains: readonly string[] | undefined): boolean {
  if (mains === undefined) return true;
  const found = runtimeCommand(launch, rootfs)?.mains ?? [];
  return mains.some((pattern) => found.some((main) => matchGlob(pattern, main)));
}
