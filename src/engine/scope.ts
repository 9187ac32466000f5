import { unknown } from '../model/unknown.ts';
import { ImageView, type Names, type Value } from '../pack/expressions.ts';
import type { CommandLine, Pack } from '../pack/schema.ts';
import type { Context } from './context.ts';
import { runtimeValue } from './runtimes/runtime-value.ts';

/** Where expressions look up names: what is fixed for the launch first, then settings, then collections. */
export class Scope implements Names {
  readonly #fixed: Map<string, Value>;
  readonly #more: Names[] = [];

  constructor(context: Context) {
    this.#fixed = new Map(Object.entries(fixedNames(context)));
  }

  /** Adds a source of names, asked after those added before. */
  add(names: Names): void {
    this.#more.push(names);
  }

  get(name: string): Value | undefined {
    const fixed = this.#fixed.get(name);
    if (fixed !== undefined) return fixed;
    for (const names of this.#more) {
      const value = names.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

/** Names that hide those of an outer scope. */
export function nested(outer: Names, own: Readonly<Record<string, Value>>): Names {
  return { get: (name) => (Object.hasOwn(own, name) ? own[name] : outer.get(name)) };
}

/** Of all ways in which the program may be called: what one lacks is as if it were not given. */
function allOptions({ arguments: own, recognise = [] }: Pack): Options {
  const all = recognise.map((way) => way.arguments?.options ?? {});
  return Object.assign({}, own?.options, ...all);
}

type Options = NonNullable<CommandLine['options']>;

function fixedNames({ launch, rootfs, ipv6, args, runtime, role, pack }: Context): Record<string, Value> {
  const options = allOptions(pack);
  const opt: Record<string, Value> = {};
  const opts: Record<string, Value> = {};
  for (const [name, spec] of Object.entries(options)) {
    const values = args.options.get(name)?.map(({ value }) => value) ?? [];
    opts[name] = values;
    opt[name] = values.at(-1) ?? (spec.switch ? false : '');
  }
  return {
    ...role,
    opt,
    opts,
    positional: args.positional.map(({ value }) => value),
    unrecognised: args.unrecognised,
    argv: [...(runtime?.argv ?? launch.argv)],
    env: { ...launch.env },
    user: { name: launch.user.name, uid: BigInt(launch.user.uid ?? -1) },
    cwd: launch.cwd,
    pid: unknown('process id'),
    isFirst: launch.first === true,
    exe: launch.exe ?? '',
    realExe: launch.realExe ?? '',
    via: launch.via.map(({ program }) => program),
    runtime: runtimeValue(runtime),
    image: new ImageView(rootfs),
    ipv6,
  };
}
