import { isSpace, skipSpace } from '../characters.ts';

export interface Word {
  value: string;
  start: number;
  end: number;
}

export interface Words {
  words: Word[];
  /** Why the program refuses the line, and where. */
  flaw?: { at: number; message: string };
  hasVariables: boolean;
}

/** A variable's value; undefined where it is not set. */
export type LookUp = (name: string) => string | undefined;

/**
 * HAProxy's parse_line(): words between blanks; `#` outside quotes begins a comment, even in a word; a carriage return
 * ends the line. `'…'` is literal, `"…"` knows escapes and variables; both may open in a word. Without `lookUp`
 * variables stay as they are written.
 */
export function readWords(text: string, from: number, lineEnd: number, lookUp?: LookUp): Words {
  return new WordReader(text, from, lineEnd, lookUp).read();
}

/** Most words are of this. */
const ordinary = /[^ \t-\r\\"'#$]*/y;

/** What a backslash makes of the character behind it outside `'…'`; `$` only inside `"…"`. */
const escapes: ReadonlyMap<string, string> = new Map([
  ...[' ', '\\', '#', "'", '"'].map((char): [string, string] => [char, char]),
  ...([
    ['n', '\n'],
    ['r', '\r'],
    ['t', '\t'],
  ] as const),
]);

const hexadecimal = /\\x([0-9a-fA-F]{2})/y;
/** `$NAME`, `${NAME}`, `${NAME-default}`, `${NAME[*]}`; what stands behind a name without a brace is text. */
const variable = /\$(?:\{(\.?\w*)(\[\*\])?(?:-([^}\n]*))?\}|(?!\{)(\.?\w*))/y;
const nameStart = /^[A-Za-z_.]/;

class WordReader {
  readonly #text: string;
  readonly #end: number;
  readonly #lookUp: LookUp | undefined;
  readonly #result: Words = { words: [], hasVariables: false };
  #pos: number;
  #value = '';
  #start = 0;
  #quote: { char: string; at: number } | undefined;

  constructor(text: string, from: number, lineEnd: number, lookUp: LookUp | undefined) {
    this.#text = text;
    this.#end = lineEnd;
    this.#lookUp = lookUp;
    this.#pos = skipSpace(text, from, lineEnd);
  }

  read(): Words {
    while (this.#pos < this.#end && !this.#atEnd() && !this.#result.flaw) this.#readWord();
    return this.#result;
  }

  #atEnd(): boolean {
    const char = this.#text[this.#pos];
    return char === '\r' || (char === '#' && this.#quote === undefined);
  }

  #readWord(): void {
    this.#start = this.#pos;
    this.#value = '';
    while (this.#pos < this.#end && !this.#atEnd() && !this.#result.flaw) {
      if (this.#quote === undefined && isSpace(this.#text.charCodeAt(this.#pos))) break;
      this.#readPiece();
    }
    if (this.#quote && !this.#result.flaw) this.#fail(this.#quote.at, 'unmatched quote');
    this.#endWord();
    if (this.#text[this.#pos] !== '\r') this.#pos = skipSpace(this.#text, this.#pos, this.#end);
  }

  #endWord(): void {
    this.#result.words.push({ value: this.#value, start: this.#start, end: this.#pos });
    this.#value = '';
  }

  #readPiece(): void {
    const plain = this.#match(ordinary)?.[0] ?? '';
    if (plain !== '') {
      this.#value += plain;
      return;
    }
    const char = this.#text[this.#pos] as string;
    const within = this.#quote?.char;
    if ((char === '"' || char === "'") && (within === undefined || within === char)) {
      this.#quote = within === undefined ? { char, at: this.#pos } : undefined;
      this.#pos++;
    } else if (char === '\\' && within !== "'") this.#readEscape();
    else if (char === '$' && within === '"') this.#readVariable();
    else {
      this.#value += char;
      this.#pos++;
    }
  }

  #readEscape(): void {
    const next = this.#pos + 1 < this.#end ? (this.#text[this.#pos + 1] as string) : '';
    if (next === 'x') {
      const code = this.#match(hexadecimal)?.[1];
      if (code === undefined) this.#fail(this.#pos, 'truncated or invalid hexadecimal sequence');
      else this.#value += String.fromCharCode(Number.parseInt(code, 16));
      return;
    }
    const meant = next === '$' && this.#quote ? '$' : escapes.get(next);
    this.#value += meant ?? '\\';
    this.#pos += meant === undefined ? 1 : 2;
  }

  #readVariable(): void {
    const at = this.#pos;
    const found = this.#match(variable);
    const name = found?.[1] ?? found?.[4] ?? '';
    if (!found) this.#fail(at, 'unmatched brace in environment variable name');
    else if (!nameStart.test(name)) this.#fail(at, 'no name of an environment variable behind $');
    else if (this.#lookUp === undefined) this.#value += found[0];
    else this.#add(this.#lookUp(name) ?? found[3] ?? '', found[2] !== undefined);
    this.#result.hasVariables = true;
  }

  /** A value; where it is to be split, each blank in it begins another word. */
  #add(value: string, isSplit: boolean): void {
    const [first = '', ...rest] = isSplit ? value.split(/[ \t-\r]+/) : [value];
    this.#value += first;
    for (const part of rest) {
      this.#endWord();
      this.#value = part;
    }
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#pos;
    const found = pattern.exec(this.#text);
    if (!found) return undefined;
    this.#pos = pattern.lastIndex;
    return found;
  }

  #fail(at: number, message: string): void {
    this.#result.flaw = { at, message };
  }
}
