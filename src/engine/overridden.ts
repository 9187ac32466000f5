import type { Evidence } from '../model/evidence.ts';
import type { Setting } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';

/**
 * What else gives the settings that `evidence` decided, and lost: arguments, variables and config lines that the
 * program looks at later, or that stand before a line that counts more. Only for telling; never throws.
 */
export function overriddenBy(app: AppReading, evidence: readonly Evidence[]): Evidence[] {
  const used = new Set(evidence.map(keyOf));
  const lost = new Map<string, Evidence>();
  for (const setting of Object.values(app.context.pack.settings ?? {})) {
    const givers = giversOf(app, setting);
    if (!givers.some((each) => used.has(keyOf(each)))) continue;
    for (const each of givers) if (!used.has(keyOf(each))) lost.set(keyOf(each), each);
  }
  return [...lost.values()];
}

/** All that gives a setting a value, whether or not it counts. */
function giversOf({ context, store }: AppReading, setting: Setting): Evidence[] {
  const { args, launch } = context;
  const options = list(setting.argument).flatMap((name) => args.options.get(name) ?? []);
  const nodes = list(setting.key).flatMap((key) => store.lookup(key));
  const variables = list(setting.environment).filter((name) => launch.env[name] !== undefined);
  return [
    ...options.map((option) => option.evidence),
    ...nodes.map(({ at }) => at),
    ...variables.map((name): Evidence => ({ kind: 'environment', text: `${name}=${launch.env[name]}` })),
  ];
}

function keyOf({ kind, path, line, text }: Evidence): string {
  return `${kind}\0${path ?? ''}\0${line ?? ''}\0${text}`;
}

function list<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : ([value].flat() as T[]);
}
