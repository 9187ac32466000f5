import { inspectExpression } from '../../pack/expressions.ts';
import { leavesOf } from './leaves.ts';
import type { Check } from './problem.ts';
import { usesOf } from './uses.ts';

/** Settings and collections that no expression asks for. */
export const checkUnused: Check = (pack) => {
  const used = new Set(
    leavesOf(pack).flatMap(({ kind, text }) => (kind === 'expression' ? namesIn(text) : [])),
  );
  return (['settings', 'collections'] as const).flatMap((section) =>
    Object.keys(pack[section] ?? {})
      .filter((name) => !used.has(name))
      .map((name) => ({
        path: [section, name],
        severity: 'warning' as const,
        message: `nothing uses ${name}`,
      })),
  );
};

function namesIn(expression: string): string[] {
  try {
    return usesOf(inspectExpression(expression).tree).map(({ name }) => name);
  } catch {
    return [];
  }
}
