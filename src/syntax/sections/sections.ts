import { eachLine } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { type LogicalLine, readLogicalLine } from './logical-line.ts';
import { readWords, type Word } from './word.ts';

/**
 * One directive a line and `<Name args> … </Name>`, as Apache httpd writes. Names are kept as written; `${NAME}` too.
 * Forms: `directive`, `section`. A continued line counts as its first.
 */
export const sections = defineSyntax(
  'sections',
  (draft, from) => {
    eachLine(draft.text, from, (start, end) => {
      const line = readLogicalLine(draft.text, start, end);
      readLine(draft, line);
      return line.next;
    });
    for (let block = draft.block; block; block = draft.block) {
      draft.report(block.start, block.start, `<${block.name}> was not closed`);
      draft.close();
    }
  },
  { words: (raw) => readWords(raw).map((word) => word.value) },
);

function readLine(draft: Draft, line: LogicalLine): void {
  const words = readWords(line.text);
  const first = words[0];
  if (!first || line.text[first.start] === '#') return;
  if (first.value.startsWith('</')) closeSection(draft, line, first);
  else if (first.value.startsWith('<')) openSection(draft, line, first);
  else {
    const [name, ...args] = words.map((word) => word.value);
    const span = { start: line.offset(first.start), end: endOf(line, words.at(-1) ?? first) };
    const raw = line.text.slice(first.start, words.at(-1)?.end);
    draft.add({ name: name ?? '', args, ...span, form: 'directive', raw });
  }
}

/** The arguments end at the line's last `>`, which may be missing only where there are none. */
function openSection(draft: Draft, line: LogicalLine, first: Word): void {
  const start = line.offset(first.start) + 1;
  const name = first.value.slice(1).replace(/>$/, '');
  const rest = readWords(line.text, first.end);
  const bracket = line.text.indexOf('>', first.end) < 0 ? undefined : line.text.lastIndexOf('>');
  if (rest.length > 0 && bracket === undefined) {
    draft.report(start, endOf(line, first), `<${name}> directive missing closing ">"`);
  }
  const words = bracket === undefined ? rest : readWords(line.text.slice(0, bracket), first.end);
  const last = words.at(-1);
  const end = last ? endOf(line, last) : endOf(line, first) - (first.value.endsWith('>') ? 1 : 0);
  const raw = name + line.text.slice(first.end, last?.end ?? first.end);
  draft.open({ name, args: words.map((word) => word.value), start, end, form: 'section', raw });
}

function closeSection(draft: Draft, line: LogicalLine, word: Word): void {
  const start = line.offset(word.start);
  const end = endOf(line, word);
  const name = word.value.slice(2).replace(/>$/, '');
  const opened = draft.close();
  if (!opened) draft.report(start, end, `</${name}> without matching <${name}> section`);
  else if (!word.value.endsWith('>')) draft.report(start, end, `</${name}> directive missing closing ">"`);
  else if (opened.name.toLowerCase() !== name.toLowerCase()) {
    draft.report(start, end, `expected </${opened.name}> but saw </${name}>`);
  }
}

/** Behind the word's last character, in the file. */
function endOf(line: LogicalLine, word: Word): number {
  return line.offset(word.end - 1) + 1;
}
