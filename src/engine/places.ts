import type { Evidence } from '../model/evidence.ts';
import type { Names } from '../pack/expressions.ts';
import type { AppReading } from './app-reading.ts';
import { select } from './config-store.ts';
import { blockNames, nodeNames } from './node-values.ts';
import { nested } from './scope.ts';

/** A place where a rule applies: one config line, or the app as a whole. */
export interface RulePlace {
  names: Names;
  evidence: Evidence[];
  /** The line's first argument; undefined for the app as a whole. */
  value: string | undefined;
  /** Whether it can't be known if the line counts. */
  isPossible: boolean;
}

/** The lines that a rule's `each` selects, one path or several; without `each`, the app as a whole. */
export function placesIn(app: AppReading, each: string | readonly string[] | undefined): RulePlace[] {
  if (each === undefined) return [{ names: app.scope, evidence: [], value: undefined, isPossible: false }];
  const selected = [each].flat().flatMap((path) => select(app.read(), path));
  return selected.map(({ node, parents }) => ({
    names: nested(nested(app.scope, blockNames(parents)), nodeNames(node)),
    evidence: [node.at],
    value: node.args[0] ?? '',
    isPossible: node.possible === true,
  }));
}
