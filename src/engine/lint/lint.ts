import { join } from 'node:path';
import { checkPack } from '../../pack/load.ts';
import { loadCases } from '../cases.ts';
import { checkExpressions } from './expressions.ts';
import { checkPatterns } from './patterns.ts';
import type { Check } from './problem.ts';
import { checkReferences } from './references.ts';
import { checkUnused } from './unused.ts';

/** Every check over a pack whose form is right. */
export const checks: readonly Check[] = [checkExpressions, checkPatterns, checkReferences, checkUnused];

export interface PackReport {
  folder: string;
  /** The app's name; undefined where the pack can't be read. */
  app: string | undefined;
  problems: { place: string; severity: 'error' | 'warning'; message: string }[];
}

/** Checks one pack's folder: form, expressions, patterns, references, and that there are cases. Nothing is run. */
export async function lintPack(folder: string): Promise<PackReport> {
  const { pack, problems, placeOf } = await checkPack(join(folder, 'pack.yaml'));
  const report: PackReport = {
    folder,
    app: pack?.app,
    problems: problems.map((problem) => ({ ...problem, severity: 'error' })),
  };
  if (pack !== undefined) {
    for (const check of checks) {
      for (const { path, severity, message } of check(pack)) {
        report.problems.push({ place: placeOf(path), severity, message });
      }
    }
  }
  report.problems.push(...(await caseProblems(folder)));
  return report;
}

async function caseProblems(folder: string): Promise<PackReport['problems']> {
  const place = join(folder, 'cases');
  try {
    const cases = await loadCases(folder);
    if (cases.length > 0) return [];
    return [{ place, severity: 'error', message: 'a pack needs cases, and there are none' }];
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? 'a pack needs cases: there is no folder of them' : (error as Error).message;
    return [{ place, severity: 'error', message }];
  }
}
