import { eachLine } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { type LogicalLine, readLogicalLine } from './logical-line.ts';
import { readWord, readWords, type Word } from './word.ts';

/**
 * One directive a line and `<Name args> … </Name>`, as Apache httpd writes. Names are kept as written; `${NAME}` too.
 * Forms: `directive`, `open`, `close`. Nothing is nested here: what a variable or a macro stands for can be a tag, so the
 * program pairs tags only while it reads the lines. A continued line counts as its first.
 */
export const sections = defineSyntax(
  'sections',
  (draft, from) => {
    eachLine(draft.text, from, (start, end) => {
      const line = readLogicalLine(draft.text, start, end);
      readLine(draft, line);
      return line.next;
    });
  },
  { reread: (raw) => lineOf(raw, readWord(raw, 0)) },
);

interface Line {
  name: string;
  args: string[];
  form: 'directive' | 'open' | 'close';
  flaw?: string;
}

function readLine(draft: Draft, line: LogicalLine): void {
  const first = readWord(line.text, 0);
  if (!first || line.text[first.start] === '#') return;
  const raw = line.text.slice(first.start).trimEnd();
  const start = line.offset(first.start);
  const end = line.offset(first.start + raw.length - 1) + 1;
  draft.add({ ...lineOf(line.text, first), start, end, raw });
}

function lineOf(text: string, first: Word | undefined): Line {
  if (!first) return { name: '', args: [], form: 'directive' };
  const { value } = first;
  if (value.startsWith('</')) return closing(value);
  if (value.startsWith('<')) return opening(text, first);
  return { name: withoutBracket(value), args: valuesOf(readWords(text, first.end)), form: 'directive' };
}

function closing(tag: string): Line {
  const name = withoutBracket(tag.slice(2));
  const flaw = tag.endsWith('>') ? {} : { flaw: `</${name}> directive missing closing ">"` };
  return { name, args: [], form: 'close', ...flaw };
}

/** The arguments end at the line's last `>`, which may be missing only where there are none. */
function opening(text: string, first: Word): Line {
  const name = withoutBracket(first.value.slice(1));
  const rest = readWords(text, first.end);
  if (text.indexOf('>', first.end) >= 0) {
    const args = readWords(text.slice(0, text.lastIndexOf('>')), first.end);
    return { name, args: valuesOf(args), form: 'open' };
  }
  const flaw = rest.length > 0 ? { flaw: `<${name}> directive missing closing ">"` } : {};
  return { name, args: valuesOf(rest), form: 'open', ...flaw };
}

function withoutBracket(name: string): string {
  return name.endsWith('>') ? name.slice(0, -1) : name;
}

function valuesOf(words: readonly Word[]): string[] {
  return words.map((word) => word.value);
}
