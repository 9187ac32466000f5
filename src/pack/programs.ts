import { limits } from '../base/limits.ts';
import { OverlayTree } from '../rootfs/overlay.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { FileTree } from '../rootfs/tree.ts';
import { Executable, Search } from './executable.ts';
import type { Row } from './table-rows.ts';

/** What is known of the executables of one tree. */
interface Known {
  search: Search;
  /** By canonical path; only what could be read. */
  executables: Map<string, Executable>;
}

/** Scripts are walked many times over one image, each time with other changes on top: its own files stay as they are. */
const knownOfTrees = new WeakMap<FileTree, Known>();

/** Words inside executables and libraries: what C strings end with, since linkers let strings share their tails. */
export class Programs {
  readonly #rootfs: Rootfs;
  readonly #shared: Known;
  readonly #found = new Map<string, Executable | undefined>();

  constructor(rootfs: Rootfs) {
    this.#rootfs = rootfs;
    const tree = rootfs.tree instanceof OverlayTree ? rootfs.tree.base : rootfs.tree;
    const known = knownOfTrees.get(tree) ?? { search: new Search(), executables: new Map() };
    knownOfTrees.set(tree, known);
    this.#shared = known;
  }

  /** Whether so much was searched that no word is found any more. */
  get isExhausted(): boolean {
    return this.#shared.search.isExhausted;
  }

  /** Bytes of the file; undefined when it is not there, is no ELF file, or could not be read whole. */
  size(path: string): number | undefined {
    return this.#at(path)?.bytes.length;
  }

  /** Whether a C string of the program ends with the word. False where it can't be read. */
  hasWord(path: string, word: string): boolean {
    return this.#at(path)?.hasWord(word) ?? false;
  }

  /** As `hasWord`, with ASCII letters of either case. */
  hasWordAnyCase(path: string, word: string): boolean {
    return this.#at(path)?.hasWordAnyCase(word) ?? false;
  }

  /** Whether the text stands anywhere in the program; undefined when it can't be read. */
  contains(path: string, text: string): boolean | undefined {
    return this.#at(path)?.contains(text);
  }

  /** What the pattern captures of the printable text around the first occurrence of `near` that it fits. */
  capture(path: string, near: string, pattern: string): string | undefined {
    return this.#at(path)?.capture(near, pattern);
  }

  /** Whether the program has, or wants, a function or variable of this name. False where it can't be read. */
  hasSymbol(path: string, symbol: string): boolean {
    return this.#at(path)?.hasSymbol(symbol) ?? false;
  }

  /**
   * Whether data of the program, and not only its code, points at such a word, as a table of directives does at their
   * names. True where that can't be told. Relocations, which hold the address where the data does not yet, are data too.
   * With `isHandled` only a table counts that has an address, or nothing yet, behind that of the word: a function, where
   * tables of directives have flags.
   */
  isInTable(path: string, word: string, isAnyCase: boolean, isHandled = false): boolean {
    return this.#at(path)?.isInTable(word, isAnyCase, isHandled) ?? true;
  }

  /** What stands beside the word in tables of the program that point at it. None where it can't be read. */
  rows(path: string, word: string): readonly Row[] {
    return this.#at(path)?.rows(word) ?? [];
  }

  #at(path: string): Executable | undefined {
    if (!this.#found.has(path)) this.#found.set(path, this.#find(path));
    return this.#found.get(path);
  }

  #find(path: string): Executable | undefined {
    const found = this.#rootfs.find(path);
    if (found?.type !== 'file') return undefined;
    const { tree } = this.#rootfs;
    const source = tree instanceof OverlayTree ? tree.sourceOf(found.path) : found.path;
    const known = source === undefined ? undefined : this.#shared.executables.get(source);
    if (known !== undefined) return known;
    const bytes = this.#read(found.path);
    const executable = bytes && new Executable(bytes, this.#shared.search);
    if (executable && source !== undefined) this.#shared.executables.set(source, executable);
    return executable;
  }

  #read(path: string): Buffer | undefined {
    const body = this.#rootfs.tree.body(path, limits.executableBytes);
    if (!('bytes' in body) || body.truncated || body.bytes[0] !== 0x7f) return undefined;
    return Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength);
  }
}
