import type { Listener } from '../model/profile.ts';
import { evaluate } from '../pack/expressions.ts';
import type { RootRule } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { placesIn, type RulePlace } from './places.ts';
import { UnknownValue } from './reasons.ts';
import { nested } from './scope.ts';

/** A folder whose files a server hands out or runs. */
export interface Root {
  folder: string;
  /** Whether a listener leads to it. */
  isBehind(listener: Listener): boolean;
}

/** What the pack's `roots` find; what can't be known is left out. */
export function rootsOf(app: AppReading): Root[] {
  return (app.context.pack.roots ?? []).flatMap((rule) =>
    placesIn(app, rule.each).flatMap((place) =>
      foldersAt(rule, place).map((folder) => ({
        folder,
        isBehind: (listener) => leadsTo(rule, place, listener),
      })),
    ),
  );
}

function foldersAt(rule: RootRule, place: RulePlace): string[] {
  const found = unlessUnknown(() => evaluate(rule.folder, place.names));
  return [found].flat().filter((folder) => typeof folder === 'string' && folder !== '') as string[];
}

function leadsTo({ on }: RootRule, { names }: RulePlace, { address, port, path = '' }: Listener): boolean {
  if (on === undefined) return true;
  const listener = { address, port: BigInt(port), path };
  return unlessUnknown(() => evaluate(on, nested(names, { listener }))) !== false;
}

function unlessUnknown<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnknownValue) return undefined;
    throw error;
  }
}
