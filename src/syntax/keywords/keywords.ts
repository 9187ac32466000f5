import { eachLine, skipSpace } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import type { Syntax } from '../tree.ts';
import { readWords, type Words } from './word.ts';

/** The program reads no more words of a line. */
const wordLimit = 64;
const tooMany = `more than ${wordLimit} words`;

/**
 * One directive a line. Forms: `heading` for the keywords that open a section, which goes on to the next of them, and
 * `directive`. The tree is flat: conditions (`.if`) may hide headings, so whoever evaluates them puts sections
 * together. A line with variables has its `raw`.
 */
export function keywordSyntax(name: string, sections: ReadonlySet<string>): Syntax {
  const lineOf = ({ words: [first, ...rest] }: Words) => ({
    name: first?.value ?? '',
    args: rest.map((word) => word.value),
    form: sections.has(first?.value ?? '') ? 'heading' : 'directive',
  });
  const readLine = (draft: Draft, start: number, end: number): undefined => {
    const line = readWords(draft.text, start, end);
    const { words, flaw, hasVariables } = line;
    if (flaw) draft.report(flaw.at, flaw.at + 1, flaw.message);
    const [first] = words;
    // The whole line counts for nothing when its first word is empty, or names a scope.
    if (!first || (first.value === '' && !hasVariables) || draft.text[first.start] === '[') return;
    const last = words.at(-1) ?? first;
    if (words.length > wordLimit) draft.report(first.start, last.end, tooMany);
    const raw = hasVariables ? { raw: draft.text.slice(skipSpace(draft.text, start, end), end) } : {};
    draft.add({ ...lineOf(line), ...raw, start: first.start, end: last.end });
  };
  return defineSyntax(
    name,
    (draft, from) => eachLine(draft.text, from, (start, end) => readLine(draft, start, end)),
    {
      expand(raw, lookUp) {
        const line = readWords(raw, 0, raw.length, lookUp);
        return { ...lineOf(line), ...(line.words.length > wordLimit && { flaw: tooMany }) };
      },
    },
  );
}

/** As HAProxy writes. */
export const keywords = keywordSyntax(
  'keywords',
  new Set([
    ...['global', 'defaults', 'frontend', 'backend', 'listen', 'peers', 'resolvers', 'mailers', 'userlist'],
    ...['cache', 'program', 'http-errors', 'ring', 'log-forward', 'fcgi-app', 'crt-store', 'traces'],
    ...['log-profile', 'acme'],
  ]),
);
