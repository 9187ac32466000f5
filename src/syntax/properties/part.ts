/** A name or a value with its escapes undone. */
export interface Part {
  value: string;
  /** Behind it: the separator or the line's end. */
  end: number;
  isMalformed: boolean;
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };
const keyEnds = '=: \t\f\r\n';
const valueEnds = '\r\n';

/** Reads up to the logical line's end, a name also to its separator. */
export function readPart(text: string, start: number, isKey: boolean): Part {
  const ends = isKey ? keyEnds : valueEnds;
  const pieces: string[] = [];
  let isMalformed = false;
  let pos = start;
  let plain = start;
  for (; pos < text.length && !ends.includes(text[pos] as string); pos++) {
    if (text[pos] !== '\\') continue;
    pieces.push(text.slice(plain, pos));
    const found = readEscape(text, pos + 1);
    isMalformed ||= found === undefined;
    pieces.push(found?.value ?? '');
    plain = found?.end ?? pos + 2;
    pos = plain - 1;
  }
  const end = Math.min(pos, text.length);
  pieces.push(text.slice(plain, end));
  return { value: pieces.join(''), end, isMalformed };
}

/** What a backslash before `at` makes of what is there; undefined for a malformed `\uXXXX`. */
function readEscape(text: string, at: number): { value: string; end: number } | undefined {
  const char = text[at];
  if (char === undefined) return { value: '', end: at };
  if (char === '\r' || char === '\n') return { value: '', end: skipIndent(text, nextLine(text, at)) };
  if (char !== 'u') return { value: escapes[char] ?? char, end: at + 1 };
  const digits = text.slice(at + 1, at + 5);
  if (!/^[0-9a-f]{4}$/i.test(digits)) return undefined;
  return { value: String.fromCharCode(Number.parseInt(digits, 16)), end: at + 5 };
}

function skipIndent(text: string, from: number): number {
  let pos = from;
  while (text[pos] === ' ' || text[pos] === '\t' || text[pos] === '\f') pos++;
  return pos;
}

/** The offset of the first line end at or behind `from`. */
export function endOfLine(text: string, from: number): number {
  let pos = from;
  while (pos < text.length && text[pos] !== '\n' && text[pos] !== '\r') pos++;
  return pos;
}

/** Behind the line end at `at`. */
export function nextLine(text: string, at: number): number {
  return text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1;
}
