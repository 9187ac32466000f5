import { eachLine } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { splitArguments } from './split-arguments.ts';

/** One directive a line, `name arg arg`, as Redis and its forks write. Names are kept as written. */
export const lines = defineSyntax('lines', (draft, from) => {
  eachLine(draft.text, from, (start, end) => readLine(draft, start, end));
});

function readLine(draft: Draft, start: number, end: number): undefined {
  const first = skipTrimmed(draft.text, start, end);
  if (first === end || draft.text[first] === '#') return;
  const words = splitArguments(draft.text, first, end);
  if (!words) {
    draft.report(first, end, 'unbalanced quotes');
    return;
  }
  const [name, ...args] = words;
  if (!name) return;
  draft.add({
    name: name.value,
    args: args.map((word) => word.value),
    start: name.start,
    end: words.at(-1)?.end ?? name.end,
  });
}

/** The server trims these before it looks for `#`, so other white space before `#` makes no comment. */
function skipTrimmed(text: string, from: number, end: number): number {
  let pos = from;
  for (; pos < end; pos++) {
    const char = text[pos];
    if (char !== ' ' && char !== '\t' && char !== '\r') break;
  }
  return pos;
}
