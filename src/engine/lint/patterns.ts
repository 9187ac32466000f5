import { groupNames, patternError } from '../../pack/patterns.ts';
import { leavesOf } from './leaves.ts';
import { formGroups } from './names.ts';
import type { Check, LintProblem } from './problem.ts';

const ownGroups: ReadonlySet<string> = new Set(formGroups);

/** Every regular expression is one that RE2 takes, and `forms` have groups that something reads. */
export const checkPatterns: Check = (pack) => {
  const leaves = leavesOf(pack);
  return leaves
    .filter(({ kind }) => kind === 'pattern')
    .flatMap(({ path, text }): LintProblem[] => {
      const error = patternError(text);
      if (error !== undefined) return [{ path, severity: 'error', message: `"${text}": ${error}` }];
      if (!path.includes('forms')) return [];
      const rule = JSON.stringify(path.slice(0, 2));
      const beside = leaves.filter((leaf) => JSON.stringify(leaf.path.slice(0, 2)) === rule);
      const isRead = (group: string) =>
        ownGroups.has(group) || beside.some((leaf) => new RegExp(`\\bpart\\.${group}\\b`).test(leaf.text));
      return groupNames(text)
        .filter((group) => !isRead(group))
        .map((group) => ({ path, severity: 'warning', message: `nothing reads the group ${group}` }));
    });
};
