/** isspace(3) in the C locale: blank, \t \n \v \f \r. */
export function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** The first offset at or behind `from`, before `end`, that is no white space. */
export function skipSpace(text: string, from: number, end = text.length): number {
  let pos = from;
  while (pos < end && isSpace(text.charCodeAt(pos))) pos++;
  return pos;
}

/** Calls `visit` with the bounds of each line, its `\n` not included; `visit` may answer where the next line begins. */
export function eachLine(
  text: string,
  from: number,
  visit: (start: number, end: number) => number | undefined,
): void {
  let start = from;
  while (start < text.length) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    start = visit(start, end) ?? end + 1;
  }
}

/** Behind the last character before `end` that is no white space; `start` where there is none. */
export function endOfText(text: string, start: number, end: number): number {
  let pos = end;
  while (pos > start && isSpace(text.charCodeAt(pos - 1))) pos--;
  return pos;
}
