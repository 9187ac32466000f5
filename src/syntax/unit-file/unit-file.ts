import { skipSpace } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';

/**
 * systemd's unit files (systemd.syntax(7)): `Name=value` under `[Section]`. A line that ends in a backslash goes on
 * in the next, with a blank in between; comment lines in the middle of it are passed over. A section becomes a block
 * of form `section`.
 */
export const unitFile = defineSyntax('unit-file', (draft, from) => {
  const { text } = draft;
  for (let start = from; start < text.length; ) {
    const line = logicalLine(text, start);
    readLine(draft, line.text.trim(), skipSpace(text, start, line.end), line.end);
    start = line.end + 1;
  }
  draft.close();
});

function logicalLine(text: string, from: number): { text: string; end: number } {
  const parts: string[] = [];
  for (let start = from; ; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, end);
    const isComment = /^\s*[#;]/.test(line);
    const goesOn = !isComment && line.endsWith('\\');
    if (!isComment) parts.push(goesOn ? line.slice(0, -1) : line);
    const isInside = goesOn || (isComment && parts.length > 0);
    if (!isInside || found < 0) return { text: parts.join(' '), end };
    start = end + 1;
  }
}

function readLine(draft: Draft, line: string, start: number, end: number): void {
  if (line === '') return;
  const section = /^\[(.+)\]$/.exec(line)?.[1];
  if (section !== undefined) {
    draft.close();
    draft.open({ name: section, args: [], start, end, form: 'section' });
    return;
  }
  const equals = line.indexOf('=');
  if (equals < 1) draft.report(start, end, 'neither a section nor "Name=value"', false);
  else draft.add({ name: line.slice(0, equals).trim(), args: [line.slice(equals + 1).trim()], start, end });
}
