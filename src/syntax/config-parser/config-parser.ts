import { defineSyntax } from '../define.ts';
import type { Draft } from '../draft.ts';

/**
 * `name = value` or `name: value` under `[section]`, as Python's configparser reads it (RawConfigParser, not strict,
 * `;` and `#` begin comments behind blanks too). Names are in lower case; a line that is indented further continues
 * the value, with a newline between. A section becomes a block of form `section`, one each time that it is written.
 */
export const configParser = defineSyntax('config-parser', (draft, from) => new Reader(draft).read(from));

interface Option {
  name: string;
  values: string[];
  start: number;
  end: number;
}

/** `RawConfigParser._read`. */
class Reader {
  readonly #draft: Draft;
  #option: Option | undefined;
  #inSection = false;
  #indent = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  read(from: number): void {
    const { text } = this.#draft;
    for (let start = from; start < text.length; ) {
      const found = text.indexOf('\n', start);
      const end = found < 0 ? text.length : found;
      if (!this.#readLine(start, text.slice(start, end))) return;
      start = end + 1;
    }
    this.#flush();
    this.#draft.close();
  }

  /** False where nothing behind the line counts. */
  #readLine(start: number, line: string): boolean {
    const comment = commentStart(line);
    const value = line.slice(0, comment).trim();
    if (value === '') {
      if (comment === undefined) this.#option?.values.push('');
      return true;
    }
    const indent = line.search(/\S/);
    if (this.#option && indent > this.#indent) {
      this.#option.values.push(value);
      this.#option.end = start + indent + value.length;
      return true;
    }
    this.#indent = indent;
    this.#flush();
    const at = start + indent;
    const header = /^\[(.+)\]/.exec(value)?.[1];
    if (header !== undefined) this.#open(header, at, value.length);
    else if (this.#inSection) this.#begin(value, at);
    else this.#draft.report(at, at + value.length, 'a line before the first section');
    return this.#inSection;
  }

  #open(name: string, at: number, length: number): void {
    if (this.#inSection) this.#draft.close();
    this.#inSection = true;
    this.#draft.open({ name, args: [], start: at, end: at + length, form: 'section' });
  }

  #begin(line: string, at: number): void {
    const delimiter = line.search(/[=:]/);
    const end = at + line.length;
    if (delimiter < 1) this.#draft.report(at, end, 'neither a section nor "name = value"');
    else {
      const name = line.slice(0, delimiter).trimEnd().toLowerCase();
      this.#option = { name, values: [line.slice(delimiter + 1).trim()], start: at, end };
    }
  }

  #flush(): void {
    if (this.#option === undefined) return;
    const { name, values, start, end } = this.#option;
    this.#draft.add({ name, args: [values.join('\n').trimEnd()], start, end });
    this.#option = undefined;
  }
}

/** Where the comment of a line begins; undefined where it has none. */
function commentStart(line: string): number | undefined {
  if (/^\s*[#;]/.test(line)) return 0;
  const inline = /\s[#;]/.exec(line);
  return inline ? inline.index + 1 : undefined;
}
