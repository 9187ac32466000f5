import type { LaunchWithRootfs } from '../launch/launches.ts';
import type { ChildProgram } from '../model/launch.ts';
import { isUnknown } from '../model/unknown.ts';
import { evaluate, type Names, type Value } from '../pack/expressions.ts';
import type { Child, Pack } from '../pack/schema.ts';
import { type EngineOptions, openApp } from './evaluate-app.ts';
import { matchPack } from './match.ts';
import { placesIn, type RulePlace } from './places.ts';
import { known } from './tools.ts';

/** The programs that a server starts beside itself; none of those whose command can't be known. */
export function childrenOf(
  launch: LaunchWithRootfs,
  packs: readonly Pack[],
  options: EngineOptions,
): ChildProgram[] {
  const match = matchPack(launch, launch.rootfs, packs);
  if (match?.pack.children === undefined) return [];
  const app = openApp(launch, launch.rootfs, match, options, []);
  return match.pack.children.flatMap((rule) =>
    (known(() => placesIn(app, rule.each)) ?? []).flatMap((place) => {
      const child = childAt(rule, place);
      if (child === undefined) return [];
      options.reach?.(rule);
      return child;
    }),
  );
}

function childAt(
  { when, runs, user, cwd, vital }: Child,
  { names, evidence }: RulePlace,
): ChildProgram | undefined {
  if (when !== undefined && known(() => evaluate(when, names)) !== true) return undefined;
  const argv = known(() => evaluate(runs, names));
  if (!Array.isArray(argv) || argv.length === 0) return undefined;
  return {
    argv: argv.map(String),
    user: textOf(user, names),
    cwd: textOf(cwd, names),
    isVital: vital !== undefined && known(() => evaluate(vital, names)) === true,
    at: evidence[0],
  };
}

/** What the expression gives; undefined where it is not given, gives nothing, or can't be known. */
function textOf(expression: string | undefined, names: Names): string | undefined {
  const value: Value | undefined = expression && known(() => evaluate(expression, names));
  return typeof value === 'string' && value !== '' && !isUnknown(value) ? value : undefined;
}
