import { type Elf, readElf } from './elf.ts';
import { capture } from './patterns.ts';
import { printableTexts } from './printable-texts.ts';
import { type Row, rowAt, segmentOf, slotOf } from './table-rows.ts';

/** Bytes that are searched for words in all: some seconds of work, that only a hostile image comes to. */
const searchedBytes = 8e9;

/** How much was searched in the files of one image. */
export class Search {
  #bytes = 0;

  spend(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Whether so much was searched that no word is found any more. */
  get isExhausted(): boolean {
    return this.#bytes > searchedBytes;
  }
}

/** Words in one ELF file. What was asked once is remembered: every start of a server asks the same. */
export class Executable {
  readonly bytes: Buffer;
  readonly #search: Search;
  readonly #answers = new Map<string, boolean | string | undefined | readonly Row[]>();
  #lower: Buffer | undefined;
  #elf: Elf | undefined;

  constructor(bytes: Buffer, search: Search) {
    this.bytes = bytes;
    this.#search = search;
  }

  hasWord(word: string): boolean {
    return this.#remember(`word ${word}`, () => !this.#places(this.bytes, word).next().done);
  }

  /** As `hasWord`, with ASCII letters of either case. */
  hasWordAnyCase(word: string): boolean {
    const lower = word.toLowerCase();
    return this.#remember(`any ${lower}`, () => !this.#places(this.#inLowerCase(), lower).next().done);
  }

  /** Whether the text stands anywhere in it. */
  contains(text: string): boolean {
    return this.#remember(`text ${text}`, () => this.#searched().includes(text, 0, 'latin1'));
  }

  /** See `Programs.capture`. */
  capture(near: string, pattern: string): string | undefined {
    return this.#remember(`near ${near} ${pattern}`, () => {
      for (const text of printableTexts(this.#searched(), near)) {
        const found = capture(pattern, text);
        if (found !== undefined) return found;
      }
      return undefined;
    });
  }

  hasSymbol(symbol: string): boolean {
    return this.#remember(`symbol ${symbol}`, () =>
      this.#layout().stringTables.some(({ start, end }) => {
        const at = this.bytes.indexOf(`${symbol}\0`, start, 'utf8');
        return at >= 0 && at < end;
      }),
    );
  }

  /** See `Programs.isInTable`. */
  isInTable(word: string, isAnyCase: boolean, isHandled: boolean): boolean {
    const question = `table ${isAnyCase} ${isHandled} ${word}`;
    return this.#remember(question, () => this.#isInTable(word, isAnyCase, isHandled));
  }

  #remember<T extends boolean | string | undefined | readonly Row[]>(question: string, work: () => T): T {
    if (this.#answers.has(question)) return this.#answers.get(question) as T;
    const answer = work();
    if (!this.#search.isExhausted) this.#answers.set(question, answer);
    return answer;
  }

  /** See `Programs.rows`. */
  rows(word: string): readonly Row[] {
    return this.#remember(`rows ${word}`, () => {
      const elf = this.#layout();
      const slots = [...this.#pointers(word, false)].map((place) => slotOf(elf, place));
      return [...new Set(slots)].map((slot) => rowAt(elf, this.bytes, slot));
    });
  }

  #isInTable(word: string, isAnyCase: boolean, isHandled: boolean): boolean {
    const elf = this.#layout();
    if (elf.segments.length === 0) return true;
    for (const place of this.#pointers(word, isAnyCase))
      if (!isHandled || hasAddressBehind(elf, place)) return true;
    return false;
  }

  /** Where the address of a word stands. */
  *#pointers(word: string, isAnyCase: boolean): Generator<number, void> {
    const { bytes } = this;
    const { segments, pointer } = this.#layout();
    const places = isAnyCase
      ? this.#places(this.#inLowerCase(), word.toLowerCase())
      : this.#places(bytes, word);
    for (const at of places) {
      const segment = segments.find(({ start, end }) => at >= start && at < end);
      this.#search.spend(bytes.length);
      if (segment === undefined) continue;
      const address = pointer(at - segment.start + segment.address);
      for (let place = bytes.indexOf(address); place >= 0; place = bytes.indexOf(address, place + 1))
        yield place;
    }
  }

  /** Where the word ends a string. The names of functions are no words: every program has `listen` among them. */
  *#places(bytes: Buffer, word: string): Generator<number, void> {
    const text = `${word}\0`;
    if (this.#search.isExhausted) return;
    this.#search.spend(bytes.length);
    const { stringTables } = this.#layout();
    for (
      let at = bytes.indexOf(text, 0, 'utf8');
      at >= 0 && !this.#search.isExhausted;
      at = bytes.indexOf(text, at, 'utf8')
    ) {
      const table = stringTables.find(({ start, end }) => at >= start && at < end);
      if (table === undefined) yield at;
      at = table?.end ?? at + 1;
    }
  }

  /** Its bytes, for a search through all of them; none once so much was searched. */
  #searched(): Buffer {
    if (this.#search.isExhausted) return Buffer.alloc(0);
    this.#search.spend(this.bytes.length);
    return this.bytes;
  }

  #layout(): Elf {
    this.#elf ??= readElf(this.bytes);
    return this.#elf;
  }

  #inLowerCase(): Buffer {
    if (this.#lower !== undefined) return this.#lower;
    const lower = Buffer.from(this.bytes);
    for (let i = 0; i < lower.length; i++) {
      const byte = lower[i] as number;
      if (byte >= 0x41 && byte <= 0x5a) lower[i] = byte + 32;
    }
    this.#lower = lower;
    return lower;
  }
}

/** Whether an address, or nothing yet, stands behind one that is data, or that a relocation puts into the data. */
function hasAddressBehind(elf: Elf, place: number): boolean {
  const behind = elf.valueAt(slotOf(elf, place) + elf.width);
  return behind === 0 || segmentOf(elf, behind) !== undefined;
}
