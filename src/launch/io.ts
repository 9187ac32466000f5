import type { Access, Files } from './files.ts';
import { bounded } from './texts.ts';

/** One open file description: what a file descriptor refers to. Copies of the descriptor share it. */
export interface Stream {
  write(text: string): void;
  /** All that is left to read. */
  rest(): string;
  /** The next line with its end; empty at the end of the text. */
  line(): string;
  /** What makes two states of it differ, for comparing evaluations. */
  state(): string;
}

/** Text in memory: a pipe, a here-document, the output of a substitution. */
export class Buffer implements Stream {
  #text: string;
  #position = 0;

  constructor(text = '') {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  write(text: string): void {
    this.#text = bounded(this.#text + text);
  }

  rest(): string {
    const rest = this.#text.slice(this.#position);
    this.#position = this.#text.length;
    return rest;
  }

  line(): string {
    const end = this.#text.indexOf('\n', this.#position);
    const next = end < 0 ? this.#text.length : end + 1;
    const line = this.#text.slice(this.#position, next);
    this.#position = next;
    return line;
  }

  state(): string {
    return `${this.#position}:${this.#text}`;
  }

  save(): BufferMark {
    return { text: this.#text, position: this.#position };
  }

  restore({ text, position }: BufferMark): void {
    this.#text = text;
    this.#position = position;
  }
}

export interface BufferMark {
  text: string;
  position: number;
}

/** Takes everything, gives nothing: /dev/null, a closed descriptor, the container's own stdin and stdout. */
export class Sink implements Stream {
  /** The last line with something in it, for saying why a script gave up. */
  last = '';

  write(text: string): void {
    const line = text.trimEnd().split('\n').at(-1)?.trim();
    if (line) this.last = line;
  }

  rest(): string {
    return '';
  }

  line(): string {
    return '';
  }

  state(): string {
    return '';
  }
}

/** A file open for writing. What is written is there at once, as other processes see it. */
export class FileStream implements Stream {
  readonly #files: Files;
  readonly #path: string;
  readonly #access: Access;
  #reader: Buffer | undefined;

  constructor(files: Files, path: string, access: Access) {
    this.#files = files;
    this.#path = path;
    this.#access = access;
  }

  write(text: string): void {
    if (text !== '') this.#files.append(this.#path, text, this.#access);
  }

  rest(): string {
    return this.#open().rest();
  }

  line(): string {
    return this.#open().line();
  }

  state(): string {
    return `${this.#path} ${this.#reader?.save().position ?? 0}`;
  }

  #open(): Buffer {
    if (this.#reader === undefined) {
      const read = this.#files.read(this.#path, this.#access);
      this.#reader = new Buffer('text' in read ? read.text : '');
    }
    return this.#reader;
  }
}

/** The file descriptors of a process. */
export class Io {
  readonly #streams: Map<number, Stream>;

  constructor(streams: Iterable<readonly [number, Stream]>) {
    this.#streams = new Map(streams);
  }

  /** The container's: nothing to read, output goes to its log. */
  static ofContainer(log: Sink = new Sink()): Io {
    return new Io([
      [0, new Sink()],
      [1, log],
      [2, log],
    ]);
  }

  get(fd: number): Stream | undefined {
    return this.#streams.get(fd);
  }

  get in(): Stream {
    return this.get(0) ?? new Sink();
  }

  get out(): Stream {
    return this.get(1) ?? new Sink();
  }

  get err(): Stream {
    return this.get(2) ?? new Sink();
  }

  /** The streams in memory, each once. */
  get buffers(): Buffer[] {
    const buffers = [...this.#streams.values()].filter((stream) => stream instanceof Buffer);
    return [...new Set(buffers)];
  }

  set(fd: number, stream: Stream | undefined): void {
    if (stream) this.#streams.set(fd, stream);
    else this.#streams.delete(fd);
  }

  /** A copy whose descriptors can be changed without changing these; `changes` are put in. */
  with(changes: Iterable<readonly [number, Stream]> = []): Io {
    return new Io([...this.#streams, ...changes]);
  }

  /** The lowest number from 10 that is free, as bash gives to `{name}>file`. */
  free(): number {
    let fd = 10;
    while (this.#streams.has(fd)) fd++;
    return fd;
  }

  /** The highest number up to `fd` that is free, as bash gives to `<(…)`. */
  freeBelow(fd: number): number {
    let free = fd;
    while (free > fd - 20 && this.#streams.has(free)) free--;
    return free > fd - 20 ? free : fd;
  }

  state(): string {
    return [...this.#streams].map(([fd, stream]) => `${fd}=${stream.state()}`).join('\n');
  }
}
