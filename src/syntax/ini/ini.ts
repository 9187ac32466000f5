import { isUnknown } from '../../model/unknown.ts';
import { eachLine, endOfText, skipSpace } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import type { Syntax } from '../tree.ts';

export interface IniOptions {
  /** Characters that make a line a comment when they come first. */
  commentLines: string;
  /** A character that begins a comment anywhere. */
  comments?: string;
  /** Whether a key may stand without `=`; such nodes have no arguments and the form `bare`. */
  bareKeys?: boolean;
}

/**
 * `name = value` a line, under `[section]` or before any. A section becomes a block of form `section`. Names and
 * values are kept as written but for the blanks around them. A line that is one unknown value has the form `unknown`.
 */
export function iniSyntax(name: string, options: IniOptions): Syntax {
  return defineSyntax(name, (draft, from) => {
    eachLine(draft.text, from, (start, end) => readLine(draft, options, start, end));
    draft.close();
  });
}

/** The common form. */
export const ini = iniSyntax('ini', { commentLines: '#;' });

/** As Boost.Program_options reads files: `#` begins a comment anywhere, even in a value; `;` begins none. */
export const iniHash = iniSyntax('ini-hash', { commentLines: '#', comments: '#' });

function readLine(draft: Draft, options: IniOptions, lineStart: number, lineEnd: number): undefined {
  const { text } = draft;
  const start = skipSpace(text, lineStart, lineEnd);
  if (start === lineEnd || options.commentLines.includes(text[start] as string)) return;
  const comment = options.comments === undefined ? -1 : text.slice(start, lineEnd).indexOf(options.comments);
  const end = endOfText(text, start, comment < 0 ? lineEnd : start + comment);
  if (text[start] === '[' && text[end - 1] === ']') {
    draft.close();
    draft.open({
      name: text.slice(start + 1, end - 1),
      args: [],
      start: start + 1,
      end: end - 1,
      form: 'section',
    });
    return;
  }
  readEntry(draft, options, start, end);
}

function readEntry(draft: Draft, options: IniOptions, start: number, end: number): void {
  const line = draft.text.slice(start, end);
  const equals = line.indexOf('=');
  if (equals >= 0) {
    const nameEnd = endOfText(line, 0, equals);
    const value = line.slice(skipSpace(line, equals + 1));
    draft.add({ name: line.slice(0, nameEnd), args: [value], start, end });
  } else if (options.bareKeys || isUnknown(line)) {
    draft.add({ name: line, args: [], start, end, form: isUnknown(line) ? 'unknown' : 'bare' });
  } else {
    draft.report(start, end, 'neither a section, a comment nor "name = value"');
  }
}
