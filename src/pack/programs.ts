import { limits } from '../base/limits.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { type Span, stringTables } from './string-tables.ts';

/** Words inside executables and libraries: what C strings end with, since linkers let strings share their tails. */
export class Programs {
  readonly #rootfs: Rootfs;
  readonly #bytes = new Map<string, Buffer | undefined>();
  readonly #lower = new Map<string, Buffer>();
  readonly #tables = new Map<string, readonly Span[]>();

  constructor(rootfs: Rootfs) {
    this.#rootfs = rootfs;
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
    return this.#tablesOf(path).some(({ start, end }) => {
      const at = bytes?.indexOf(`${symbol}\0`, start, 'utf8') ?? -1;
      return at >= 0 && at < end;
    });
  }

  /** The names of functions are no words: every program has `listen` among them. */
  #has(path: string, bytes: Buffer | undefined, word: string): boolean {
    const text = `${word}\0`;
    for (
      let at = bytes?.indexOf(text, 0, 'utf8') ?? -1;
      bytes && at >= 0;
      at = bytes.indexOf(text, at, 'utf8')
    ) {
      const table = this.#tablesOf(path).find(({ start, end }) => at >= start && at < end);
      if (table === undefined) return true;
      at = table.end;
    }
    return false;
  }

  #tablesOf(path: string): readonly Span[] {
    let tables = this.#tables.get(path);
    if (tables === undefined) {
      tables = stringTables(this.#bytesOf(path) ?? Buffer.alloc(0));
      this.#tables.set(path, tables);
    }
    return tables;
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
