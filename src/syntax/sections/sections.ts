import { eachLine, endOfText, skipSpace } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { type LogicalLine, readLogicalLine } from './logical-line.ts';
import { readValues, readWord } from './word.ts';

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
  { reread: (raw) => readTag(raw, 0, raw.length) },
);

interface Line {
  name: string;
  args: string[];
  form: 'directive' | 'open' | 'close';
  flaw?: string;
}

const hash = 0x23;

function readLine(draft: Draft, line: LogicalLine): void {
  const { text } = line;
  const start = skipSpace(text, line.start, line.end);
  if (start === line.end || text.charCodeAt(start) === hash) return;
  const end = endOfText(text, start, line.end);
  const { name, args, form, flaw } = readTag(text, start, line.end);
  const [from, to] = [line.offset(start), line.offset(end - 1) + 1];
  draft.add({ name, args, form, flaw, start: from, end: to, raw: text.slice(start, end) });
}

function readTag(text: string, start: number, end: number): Line {
  const first = readWord(text, start, end);
  if (!first) return { name: '', args: [], form: 'directive' };
  const { value } = first;
  if (!value.startsWith('<')) {
    return { name: withoutBracket(value), args: readValues(text, first.end, end), form: 'directive' };
  }
  return value.startsWith('</') ? closing(value) : opening(value, text, first.end, end);
}

function closing(tag: string): Line {
  const name = withoutBracket(tag.slice(2));
  const flaw = tag.endsWith('>') ? {} : { flaw: `</${name}> directive missing closing ">"` };
  return { name, args: [], form: 'close', ...flaw };
}

/** The arguments end at the line's last `>`, which may be missing only where there are none. */
function opening(tag: string, text: string, start: number, end: number): Line {
  const name = withoutBracket(tag.slice(1));
  const bracket = text.slice(start, end).lastIndexOf('>');
  if (bracket >= 0) return { name, args: readValues(text, start, start + bracket), form: 'open' };
  const args = readValues(text, start, end);
  const flaw = args.length > 0 ? { flaw: `<${name}> directive missing closing ">"` } : {};
  return { name, args, form: 'open', ...flaw };
}

function withoutBracket(name: string): string {
  return name.endsWith('>') ? name.slice(0, -1) : name;
}
