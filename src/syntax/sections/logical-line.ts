/** A line with its continuations joined: from `start` to `end` of `text`, which is the file's where there are none. */
export interface LogicalLine {
  text: string;
  start: number;
  end: number;
  /** Where the next one begins in the file. */
  next: number;
  /** Offset in the file of a character of `text`. */
  offset(index: number): number;
}

/**
 * ap_cfg_getline: a backslash right before the line's end joins the next line, whatever stands before it: in a
 * comment, in a word, behind another backslash. At the file's end it is an ordinary character.
 */
export function readLogicalLine(text: string, start: number, end: number): LogicalLine {
  if (!isContinued(text, start, end)) {
    return { text, start, end, next: end + 1, offset: same };
  }
  return joinLines(text, start, end);
}

function same(index: number): number {
  return index;
}

function isContinued(text: string, start: number, end: number): boolean {
  return end < text.length && text[lastOf(text, start, end)] === '\\';
}

/** The line's last character but for a `\r`. */
function lastOf(text: string, start: number, end: number): number {
  const last = end > start && text[end - 1] === '\r' ? end - 2 : end - 1;
  return last >= start ? last : -1;
}

function joinLines(text: string, first: number, firstEnd: number): LogicalLine {
  const pieces: string[] = [];
  const begins: { index: number; offset: number }[] = [];
  let length = 0;
  let start = first;
  let end = firstEnd;
  for (;;) {
    const continued = isContinued(text, start, end);
    const piece = text.slice(start, continued ? lastOf(text, start, end) : end);
    begins.push({ index: length, offset: start });
    pieces.push(piece);
    length += piece.length;
    if (!continued || end + 1 >= text.length) break;
    start = end + 1;
    const found = text.indexOf('\n', start);
    end = found < 0 ? text.length : found;
  }
  const offset = (index: number): number => {
    const begin = begins.findLast((piece) => piece.index <= index);
    return begin ? begin.offset + index - begin.index : first;
  };
  return { text: pieces.join(''), start: 0, end: length, next: end + 1, offset };
}
