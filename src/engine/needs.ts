import type { Evidence, Finding } from '../model/evidence.ts';
import { isUnknown } from '../model/unknown.ts';
import { evaluate } from '../pack/expressions.ts';
import type { AppReading } from './app-reading.ts';
import { placesIn } from './places.ts';

/**
 * Files without which the program does not start and that are not there. They may be mounted when the container
 * starts, so this is no refusal: each becomes a finding, and the listeners are only possible.
 */
export function missingNeeds(app: AppReading): Finding[] {
  const missing = new Map<string, Finding>();
  for (const { each, when, path, what } of app.context.pack.needs ?? []) {
    for (const { names, evidence } of placesIn(app, each)) {
      if (when !== undefined && evaluate(when, names) !== true) continue;
      const wanted = String(evaluate(path, names) ?? '');
      if (wanted === '' || isUnknown(wanted) || app.context.rootfs.find(wanted) !== undefined) continue;
      if (!missing.has(wanted)) missing.set(wanted, findingOf(app, what, wanted, evidence));
    }
  }
  return [...missing.values()];
}

function findingOf(app: AppReading, what: string, path: string, evidence: Evidence[]): Finding {
  const message = `${app.context.pack.title} needs the ${what} ${path}, which the image does not have: it starts only where that is mounted`;
  return { id: 'file-missing', severity: 'medium', message, evidence };
}
