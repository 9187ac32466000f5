import { inspectExpression } from '../../pack/expressions.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import { type KnownNames, namesAt } from './names.ts';
import { type Check, type LintProblem, suggestion } from './problem.ts';
import { type Use, usesOf } from './uses.ts';

/** Every expression can be parsed, calls what there is, and uses names that it has. */
export const checkExpressions: Check = (pack) =>
  leavesOf(pack)
    .filter(({ kind }) => kind === 'expression')
    .flatMap((leaf) => {
      try {
        const { tree, problem } = inspectExpression(leaf.text);
        const calls = problem === undefined ? [] : [problemAt(leaf, problem)];
        const known = namesAt(pack, leaf.path);
        return [...calls, ...usesOf(tree).flatMap((use) => checkUse(use, known, leaf))];
      } catch (error) {
        return [problemAt(leaf, (error as Error).message.split('\n')[0] ?? '')];
      }
    });

function checkUse({ name, member }: Use, known: KnownNames, leaf: Leaf): LintProblem[] {
  if (!known.has(name))
    return [problemAt(leaf, `there is no name ${name} here${suggestion(name, known.keys())}`)];
  const members = known.get(name);
  if (member === undefined || members === undefined || members.has(member)) return [];
  return [problemAt(leaf, `${name} has no ${member}${suggestion(member, members)}`)];
}

function problemAt({ path, text }: Leaf, message: string): LintProblem {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return { path, severity: 'error', message: `in "${shown.replace(/\s+/g, ' ')}": ${message}` };
}
