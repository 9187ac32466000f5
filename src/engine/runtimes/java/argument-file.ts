import type { Given } from '../runtime.ts';

/** A quoted part, which ends at the line's end if nowhere else; a plain one; a comment; blanks. */
const part = /"((?:\\[\s\S]|[^"\\\r\n])*)"?|'((?:\\[\s\S]|[^'\\\r\n])*)'?|[^\s"'#]+|#[^\r\n]*|\s+/y;
const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

/** The words of a file of arguments (java(1), "java Command-Line Argument Files"). */
export function readArgumentFile(text: string, path: string): Given[] {
  const words: { value: string; line: number }[] = [];
  let isOpen = false;
  let line = 1;
  part.lastIndex = 0;
  for (let found = part.exec(text); found; found = part.exec(text)) {
    const [whole, double, single] = found;
    if (/^[\s#]/.test(whole)) {
      // A comment that begins in a word takes all of it (JDK 17, run).
      if (isOpen && whole.startsWith('#')) words.pop();
      isOpen = false;
    } else {
      const last = isOpen ? words.at(-1) : undefined;
      const word = last ?? { value: '', line };
      word.value += withoutEscapes(double ?? single) ?? whole;
      if (last === undefined) words.push(word);
      isOpen = true;
    }
    line += whole.split('\n').length - 1;
  }
  const lines = text.split('\n');
  return words.map((word) => ({
    value: word.value,
    evidence: {
      kind: 'config',
      path,
      line: word.line,
      text: (lines[word.line - 1] ?? '').trim().slice(0, 200),
    },
  }));
}

/** Inside quotes: `\n` and the like, `\` before any other character, and at a line's end to join the next. */
function withoutEscapes(quoted: string | undefined): string | undefined {
  return quoted?.replace(/\\(?:[\r\n]\s*|([\s\S]))/g, (_, char?: string) =>
    char === undefined ? '' : (letters[char] ?? char),
  );
}
