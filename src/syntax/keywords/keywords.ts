import { isUnknown } from '../../model/unknown.ts';
import { eachLine } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import type { Syntax } from '../tree.ts';
import { readWords } from './word.ts';

/** The program reads no more words of a line. */
const wordLimit = 64;

/**
 * One directive a line; certain keywords open a section that goes on to the next of them. Forms: `section`,
 * `directive`, `condition` for `.if` and `.elif`, whose one argument is the expression as written. Conditions stand
 * in whichever section is open, as in the file.
 */
export function keywordSyntax(name: string, sections: ReadonlySet<string>): Syntax {
  return defineSyntax(name, (draft, from) => {
    eachLine(draft.text, from, (start, end) => readLine(draft, sections, start, end));
    draft.close();
  });
}

/** As HAProxy writes. */
export const keywords = keywordSyntax(
  'keywords',
  new Set([
    ...[
      'global',
      'defaults',
      'frontend',
      'backend',
      'listen',
      'peers',
      'resolvers',
      'mailers',
      'userlist',
      'cache',
    ],
    ...[
      'program',
      'http-errors',
      'ring',
      'log-forward',
      'fcgi-app',
      'crt-store',
      'traces',
      'log-profile',
      'acme',
    ],
  ]),
);

function readLine(
  draft: Draft,
  sections: ReadonlySet<string>,
  lineStart: number,
  lineEnd: number,
): undefined {
  const { words, problems, end } = readWords(draft.text, lineStart, lineEnd);
  for (const problem of problems) draft.report(problem.at, problem.at + 1, problem.message);
  const [first, ...rest] = words;
  if (!first || first.value === '') return;
  const last = words.at(-1) ?? first;
  if (words.length > wordLimit) draft.report(first.start, last.end, `more than ${wordLimit} words`);
  const node = { name: first.value, args: rest.map((word) => word.value), start: first.start, end: last.end };
  if (sections.has(first.value)) {
    draft.close();
    draft.open({ ...node, form: 'section' });
  } else if (first.value === '.if' || first.value === '.elif') {
    draft.add({ ...node, args: [draft.text.slice(first.end, end).trim()], form: 'condition' });
  } else {
    const isOutside = !draft.block && !first.value.startsWith('.') && !isUnknown(first.value);
    if (isOutside) draft.report(first.start, first.end, `"${first.value}" stands in no section`);
    draft.add({ ...node, form: 'directive' });
  }
}
