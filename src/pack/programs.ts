import { limits } from '../base/limits.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { type Elf, readElf } from './elf.ts';

/** Bytes that are searched for words in all: some seconds of work, that only a hostile image comes to. */
const searchedBytes = 8e9;

/** Words inside executables and libraries: what C strings end with, since linkers let strings share their tails. */
export class Programs {
  #searched = 0;
  readonly #rootfs: Rootfs;
  readonly #bytes = new Map<string, Buffer | undefined>();
  readonly #lower = new Map<string, Buffer>();
  readonly #elves = new Map<string, Elf>();

  constructor(rootfs: Rootfs) {
    this.#rootfs = rootfs;
  }

  /** Whether so much was searched that no word is found any more. */
  get isExhausted(): boolean {
    return this.#searched > searchedBytes;
  }

  /** Bytes of the file; undefined when it is not there, is no ELF file, or could not be read whole. */
  size(path: string): number | undefined {
    return this.#bytesOf(path)?.length;
  }

  /** Whether a C string of the program ends with the word. False where it can't be read. */
  hasWord(path: string, word: string): boolean {
    return this.#has(path, this.#bytesOf(path), word);
  }

  /** As `hasWord`, with ASCII letters of either case. */
  hasWordAnyCase(path: string, word: string): boolean {
    return this.#has(path, this.#lowerOf(path), word.toLowerCase());
  }

  /** Whether the program has, or wants, a function or variable of this name. False where it can't be read. */
  hasSymbol(path: string, symbol: string): boolean {
    const bytes = this.#bytesOf(path);
    return this.#elfOf(path).stringTables.some(({ start, end }) => {
      const at = bytes?.indexOf(`${symbol}\0`, start, 'utf8') ?? -1;
      return at >= 0 && at < end;
    });
  }

  /**
   * Whether data of the program, and not only its code, points at such a word, as a table of directives does at their
   * names. True where that can't be told. Relocations, which hold the address where the data does not yet, are data too.
   * With `isHandled` only a table counts that has an address, or nothing yet, behind that of the word: a function, where
   * tables of directives have flags.
   */
  isInTable(path: string, word: string, isAnyCase: boolean, isHandled = false): boolean {
    const bytes = this.#bytesOf(path);
    const searched = isAnyCase ? this.#lowerOf(path) : bytes;
    const elf = this.#elfOf(path);
    const { segments, pointer } = elf;
    if (segments.length === 0) return true;
    for (const at of this.#places(path, searched, isAnyCase ? word.toLowerCase() : word)) {
      const segment = segments.find(({ start, end }) => at >= start && at < end);
      this.#searched += bytes?.length ?? 0;
      if (segment === undefined || bytes === undefined) continue;
      const address = pointer(at - segment.start + segment.address);
      for (let place = bytes.indexOf(address); place >= 0; place = bytes.indexOf(address, place + 1)) {
        if (!isHandled || hasAddressBehind(elf, place)) return true;
      }
    }
    return false;
  }

  #has(path: string, bytes: Buffer | undefined, word: string): boolean {
    return !this.#places(path, bytes, word).next().done;
  }

  /** Where the word ends a string. The names of functions are no words: every program has `listen` among them. */
  *#places(path: string, bytes: Buffer | undefined, word: string): Generator<number, void> {
    const text = `${word}\0`;
    if (bytes === undefined || this.isExhausted) return;
    this.#searched += bytes.length;
    for (
      let at = bytes.indexOf(text, 0, 'utf8');
      at >= 0 && !this.isExhausted;
      at = bytes.indexOf(text, at, 'utf8')
    ) {
      const table = this.#elfOf(path).stringTables.find(({ start, end }) => at >= start && at < end);
      if (table === undefined) yield at;
      at = table?.end ?? at + 1;
    }
  }

  #elfOf(path: string): Elf {
    let elf = this.#elves.get(path);
    if (elf === undefined) {
      elf = readElf(this.#bytesOf(path) ?? Buffer.alloc(0));
      this.#elves.set(path, elf);
    }
    return elf;
  }

  #bytesOf(path: string): Buffer | undefined {
    if (!this.#bytes.has(path)) this.#bytes.set(path, this.#read(path));
    return this.#bytes.get(path);
  }

  #read(path: string): Buffer | undefined {
    const body = this.#rootfs.read(path, limits.executableBytes);
    if (!body || !('bytes' in body) || body.truncated || body.bytes[0] !== 0x7f) return undefined;
    return Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength);
  }

  #lowerOf(path: string): Buffer | undefined {
    const known = this.#lower.get(path);
    const bytes = known ?? this.#bytesOf(path);
    if (known || !bytes) return known;
    const lower = Buffer.from(bytes);
    for (let i = 0; i < lower.length; i++) {
      const byte = lower[i] as number;
      if (byte >= 0x41 && byte <= 0x5a) lower[i] = byte + 32;
    }
    this.#lower.set(path, lower);
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
