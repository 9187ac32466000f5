import type { Evidence, Finding } from '../model/evidence.ts';
import { isUnknown } from '../model/unknown.ts';
import { evaluate, type Names } from '../pack/expressions.ts';
import type { Need } from '../pack/schema.ts';
import type { AppReading } from './app-reading.ts';
import { placesIn } from './places.ts';
import { UnknownValue } from './reasons.ts';
import { nested } from './scope.ts';
import { unique } from './trail.ts';

/**
 * Files without which the program does not start and that are not there. They may be mounted when the container
 * starts, so this is no refusal: each becomes a finding, and the listeners are only possible.
 */
export function missingNeeds(app: AppReading): Finding[] {
  const missing = new Map<string, Finding>();
  for (const need of app.context.pack.needs ?? []) {
    for (const { path, evidence } of wantedBy(app, need)) {
      if (path === '' || isUnknown(path) || app.context.rootfs.find(path) !== undefined) continue;
      app.context.reach?.(need);
      if (!missing.has(path)) missing.set(path, findingOf(app, need.what, path, evidence));
    }
  }
  return [...missing.values()];
}

interface Wanted {
  path: string;
  evidence: Evidence[];
}

/** The paths of one rule; none of those that can't be known before the container runs. */
function wantedBy(app: AppReading, { each, of, when, path }: Need): Wanted[] {
  const wanted = (names: Names, before: Evidence[]): Wanted[] => {
    const { result, evidence } = app.context.trail.follow(() =>
      when === undefined || evaluate(when, names) === true ? String(evaluate(path, names) ?? '') : '',
    );
    return [{ path: result, evidence: unique([...before, ...evidence]) }];
  };
  return placesIn(app, each).flatMap(({ names, evidence }) => {
    try {
      if (of === undefined) return wanted(names, evidence);
      const items = evaluate(of, names);
      return [items].flat().flatMap((value) => wanted(nested(names, { value }), evidence));
    } catch (error) {
      if (error instanceof UnknownValue) return [];
      throw error;
    }
  });
}

function findingOf(app: AppReading, what: string, path: string, evidence: Evidence[]): Finding {
  const message = `${app.context.pack.title} needs the ${what} ${path}, which the image does not have: it starts only where that is mounted`;
  return { id: 'file-missing', severity: 'medium', message, evidence };
}
