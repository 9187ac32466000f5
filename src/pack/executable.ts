import { type Elf, readElf } from './elf.ts';
import { capture } from './patterns.ts';
import { printableTexts } from './printable-texts.ts';

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
  readonly #answers = new Map<string, boolean | string | undefined>();
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

  #remember<T extends boolean | string | undefined>(question: string, work: () => T): T {
    if (this.#answers.has(question)) return this.#answers.get(question) as T;
    const answer = work();
    if (!this.#search.isExhausted) this.#answers.set(question, answer);
    return answer;
  }

  #isInTable(word: string, isAnyCase: boolean, isHandled: boolean): boolean {
    const { bytes } = this;
    const elf = this.#layout();
    const { segments, pointer } = elf;
    if (segments.length === 0) return true;
    const places = isAnyCase
      ? this.#places(this.#inLowerCase(), word.toLowerCase())
      : this.#places(bytes, word);
    for (const at of places) {
      const segment = segments.find(({ start, end }) => at >= start && at < end);
      this.#search.spend(bytes.length);
      if (segment === undefined) continue;
      const address = pointer(at - segment.start + segment.address);
      for (let place = bytes.indexOf(address); place >= 0; place = bytes.indexOf(address, place + 1)) {
        if (!isHandled || hasAddressBehind(elf, place)) return true;
      }
    }
    return false;
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
function hasAddressBehind({ segments, valueAt, width }: Elf, place: number): boolean {
  const segmentOf = (value: number) =>
    segments.find(({ start, end, address }) => value >= address && value < address + end - start);
  const isData = segments.some(({ start, end, isWritable }) => isWritable && place >= start && place < end);
  // Elf64_Rela: where the address belongs, how it is made, the address (System V ABI, "Relocation").
  const target = isData ? 0 : valueAt(place - 2 * width);
  const data = segmentOf(target);
  const slot = data?.isWritable ? target - data.address + data.start : place;
  const behind = valueAt(slot + width);
  return behind === 0 || segmentOf(behind) !== undefined;
}
