import { posix } from 'node:path';
import { BerthwatchError } from '../../base/errors.ts';
import type { FileRange } from '../files.ts';
import type { TarEntry } from '../tar/decoder.ts';
import { walkTar } from '../tar/seek.ts';
import type { BodySink, TarEnd, TarHandler } from '../tar/stream.ts';

/** A file inside an archive, at its place in the file on disk. */
export interface Member {
  range: FileRange;
  /** The archive ends before the member does. */
  isCut: boolean;
}

/** The files of an archive that holds an image, by cleaned name. Links between members are followed. */
export class Members implements TarHandler {
  readonly #archive: FileRange;
  readonly #limit: number;
  readonly #members = new Map<string, Member>();
  readonly #links = new Map<string, string>();
  readonly end: TarEnd;

  /** Throws LIMIT_EXCEEDED when there are too many. */
  constructor(archive: FileRange, limit: number, check?: () => void) {
    this.#archive = archive;
    this.#limit = limit;
    this.end = walkTar(archive, this, check);
  }

  get size(): number {
    return this.#members.size;
  }

  names(): string[] {
    return [...this.#members.keys()];
  }

  get(name: string): Member | undefined {
    let at = clean(name);
    for (let steps = 0; steps < 8; steps++) {
      const member = this.#members.get(at);
      const link = this.#links.get(at);
      if (member || link === undefined) return member;
      at = link;
    }
    return undefined;
  }

  entry(entry: TarEntry, offset: number): BodySink | undefined {
    if (this.#members.size + this.#links.size >= this.#limit) {
      throw new BerthwatchError('LIMIT_EXCEEDED', `the archive holds more than ${this.#limit} files`, {
        place: this.#archive.file.path,
      });
    }
    const name = clean(entry.name.toString());
    this.#members.delete(name);
    this.#links.delete(name);
    const link = entry.link.toString();
    if (entry.kind === 'symlink') this.#links.set(name, clean(posix.join(posix.dirname(name), link)));
    else if (entry.kind === 'hardlink') this.#links.set(name, clean(link));
    else if (entry.kind === 'file' && entry.sparse === undefined) this.#add(name, offset, entry.stored);
    return undefined;
  }

  #add(name: string, offset: number, stored: number): void {
    const { file, offset: start, size: total } = this.#archive;
    const size = Math.max(0, Math.min(stored, total - offset));
    this.#members.set(name, { range: { file, offset: start + offset, size }, isCut: size < stored });
  }
}

function clean(name: string): string {
  return posix.normalize(`/${name}`).replace(/\/$/, '');
}
