import { isUnknown } from '../../model/unknown.ts';
import { Halt } from '../jumps.ts';
import { launchLimits } from '../limits.ts';
import { hasMagic, quotePattern } from './patterns.ts';

/** One word that comes of an expansion. */
export interface Field {
  text: string;
  /** The same as a pattern: what was quoted has backslashes. */
  pattern: string;
}

const marker = /(\u{E000}[^\u{E000}\u{E001}]*\u{E001})/u;

/**
 * Puts the pieces of a word together: quoted pieces stay as they are, results of unquoted expansions are split at
 * IFS (POSIX 2.6.5).
 */
export class FieldMaker {
  readonly fields: Field[] = [];
  readonly #blanks: string;
  readonly #separators: string;
  readonly #splits: boolean;
  #open: Field | undefined;
  /** A field was just closed by blanks: a separator that follows belongs to the same break. */
  #afterBlank = false;

  readonly #quote: (text: string) => string;

  /** `ifs` undefined: nothing is split. `quote` makes quoted text literal in the fields' patterns. */
  constructor(ifs: string | undefined, quote: (text: string) => string = quotePattern) {
    this.#quote = quote;
    const chars = [...(ifs ?? '')];
    this.#splits = ifs !== undefined;
    this.#blanks = chars.filter((char) => /[ \t\n]/.test(char)).join('');
    this.#separators = chars.filter((char) => !/[ \t\n]/.test(char)).join('');
  }

  /** Everything becomes one field. */
  get keepsWhole(): boolean {
    return !this.#splits;
  }

  /** Text of the script itself, where `*?[` are active. */
  literal(text: string): void {
    this.#add(text, text);
  }

  quoted(text: string): void {
    this.#add(text, this.#quote(text));
  }

  /** An unquoted word of the script of which every character has been looked at already. */
  pattern(text: string, pattern: string): void {
    this.#add(text, pattern);
  }

  /** What an unquoted expansion gave. */
  expanded(text: string): void {
    if (!this.#splits) {
      if (text !== '') this.#add(text, text);
      return;
    }
    if (!isUnknown(text)) {
      this.#split(text);
      return;
    }
    for (const part of text.split(marker)) {
      if (isUnknown(part)) this.#add(part, part);
      else this.#split(part);
    }
  }

  #split(text: string): void {
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const char = text[i] as string;
      const isBlank = this.#blanks.includes(char);
      if (!isBlank && !this.#separators.includes(char)) continue;
      this.#addSplit(text.slice(start, i));
      start = i + 1;
      if (isBlank) this.#closeAtBlank();
      else this.#closeAtSeparator();
    }
    this.#addSplit(text.slice(start));
  }

  #addSplit(text: string): void {
    if (text !== '') this.#add(text, text);
  }

  #closeAtBlank(): void {
    if (this.#open === undefined) return;
    this.next();
    this.#afterBlank = true;
  }

  #closeAtSeparator(): void {
    if (this.#open === undefined && this.#afterBlank) {
      this.#afterBlank = false;
      return;
    }
    this.#open ??= { text: '', pattern: '' };
    this.next();
  }

  #add(text: string, pattern: string): void {
    this.#afterBlank = false;
    if (this.#open) {
      this.#open.text += text;
      this.#open.pattern += pattern;
    } else {
      this.#open = { text, pattern };
    }
  }

  /** Ends the field that is open, as between the parts of `"$@"`. */
  next(): void {
    if (this.#open) this.fields.push(this.#open);
    this.#open = undefined;
    if (this.fields.length > launchLimits.words) throw new Halt('a command has too many words');
  }

  finish(): Field[] {
    this.next();
    return this.fields;
  }
}

export function isGlob(field: Field): boolean {
  return !isUnknown(field.pattern) && hasMagic(field.pattern);
}
