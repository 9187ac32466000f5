import type { Pack } from '../../pack/schema.ts';

/** Something wrong in a pack, and where: the keys and indexes that lead to it. */
export interface LintProblem {
  path: readonly (string | number)[];
  severity: 'error' | 'warning';
  message: string;
}

/** One kind of check over one pack. */
export type Check = (pack: Pack) => LintProblem[];

/** ` (did you mean …?)` where one of the known words is near, otherwise nothing. */
export function suggestion(word: string, known: Iterable<string>): string {
  const near = [...known].find((each) => isNear(each.toLowerCase(), word.toLowerCase()));
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}

/** One character more, less or other, or two swapped. */
function isNear(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 3) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const isSwapped = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  return (
    isSwapped || restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)
  );
}
