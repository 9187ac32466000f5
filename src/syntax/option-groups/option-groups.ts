import { isUnknown } from '../../model/unknown.ts';
import { eachLine, endOfText, skipSpace } from '../characters.ts';
import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';
import { undoEscapes } from '../escapes.ts';

/**
 * `[group]` and under it `name` or `name = value` a line, as in my.cnf. Forms: `group`, a block by the name `[group]`
 * whose argument is the group's name; `option`; `bare` (no arguments); `include` for the names `!include` and
 * `!includedir`, which stand outside all groups: behind them the group goes on as a block of its own.
 */
export const optionGroups = defineSyntax('option-groups', (draft, from) => {
  const lines = new GroupLines(draft);
  eachLine(draft.text, from, (start, end) => lines.read(start, end));
  draft.close();
});

interface Group {
  name: string;
  start: number;
  end: number;
}

class GroupLines {
  readonly #draft: Draft;
  #group: Group | undefined;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  read(lineStart: number, lineEnd: number): undefined {
    const { text } = this.#draft;
    const start = skipSpace(text, lineStart, lineEnd);
    const first = text[start];
    if (start === lineEnd || first === '#' || first === ';') return;
    if (first === '!') this.#readInclude(start, lineEnd);
    else if (first === '[') this.#readGroup(start, lineEnd);
    else this.#readOption(start, lineEnd);
  }

  /** Blanks behind the name do not count, and nothing behind the bracket does. */
  #readGroup(start: number, lineEnd: number): void {
    const { text } = this.#draft;
    const length = text.slice(start, lineEnd).indexOf(']');
    if (length < 0) {
      this.#draft.report(start, lineEnd, 'group without "]"');
      return;
    }
    const end = endOfText(text, start + 1, start + length);
    this.#draft.close();
    this.#group = { name: text.slice(start + 1, end), start: start + 1, end };
    this.#open(this.#group);
  }

  #open({ name, start, end }: Group): void {
    this.#draft.open({ name: '[group]', args: [name], start, end, form: 'group' });
  }

  #readInclude(start: number, lineEnd: number): void {
    const draft = this.#draft;
    const nameStart = skipSpace(draft.text, start + 1, lineEnd);
    const end = endOfText(draft.text, nameStart, lineEnd);
    const [, keyword, path] =
      /^(include|includedir)(?:\s+(.*))?$/s.exec(draft.text.slice(nameStart, end)) ?? [];
    if (keyword === undefined) draft.report(start, end, 'unknown directive: not read by the server', false);
    else if (path === undefined) draft.report(start, end, `!${keyword} without a path`);
    else {
      draft.close();
      draft.add({ name: `!${keyword}`, args: [path], start, end, form: 'include' });
    }
  }

  #readOption(start: number, lineEnd: number): void {
    const draft = this.#draft;
    if (draft.block === undefined && this.#group !== undefined) this.#open(this.#group);
    readOption(draft, start, lineEnd);
  }
}

function readOption(draft: Draft, start: number, lineEnd: number): void {
  const end = endOfText(draft.text, start, endOfOption(draft.text, start, lineEnd));
  const line = draft.text.slice(start, end);
  if (!draft.block && !isUnknown(line)) draft.report(start, end, 'option before any group');
  const equals = line.indexOf('=');
  const name = line.slice(0, equals < 0 ? line.length : endOfText(line, 0, equals));
  if (equals < 0) draft.add({ name, args: [], start, end, form: isUnknown(line) ? 'unknown' : 'bare' });
  else
    draft.add({
      name,
      args: [undoValue(line.slice(skipSpace(line, equals + 1)))],
      start,
      end,
      form: 'option',
    });
}

/** remove_end_comment: `#` outside quotes begins a comment; a backslash protects a quote only inside quotes. */
function endOfOption(text: string, start: number, lineEnd: number): number {
  let quote: string | undefined;
  for (let pos = start; pos < lineEnd; pos++) {
    const char = text[pos];
    if (quote === undefined) {
      if (char === '#') return pos;
      if (char === '"' || char === "'") quote = char;
    } else if (char === '\\') pos++;
    else if (char === quote) quote = undefined;
  }
  return lineEnd;
}

const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', s: ' ' };

/** Quotes go when the value begins and ends with the same; escapes count everywhere, the last backslash is none. */
function undoValue(raw: string): string {
  const isQuoted = raw.length > 1 && (raw[0] === '"' || raw[0] === "'") && raw.endsWith(raw[0]);
  return undoEscapes(isQuoted ? raw.slice(1, -1) : raw, /\\[ntrbs"'\\]/g, (sequence) => {
    const char = sequence.slice(1);
    return controls[char] ?? char;
  });
}
