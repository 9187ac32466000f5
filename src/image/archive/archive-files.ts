import { jsonBytes } from '../bounds.ts';
import type { FileRange } from '../files.ts';
import type { Layer } from '../layer/layer.ts';
import type { RangeContent } from '../layer/layer-input.ts';
import { type LayerFile, type LayoutFiles, tooLarge } from './layout-files.ts';
import { type Member, Members } from './members.ts';

/** The bytes of an archive, uncompressed, and how they are got at. */
export interface ArchiveBytes {
  /** For messages. */
  place: string;
  /** Names these bytes, as `OpenFile.identity`. */
  identity: string | undefined;
  /** The archive's members. */
  index: Layer;
  /** Where its bytes are; undefined: they must be unpacked first. */
  range: FileRange | undefined;
  unpack: () => Promise<FileRange>;
  /** The unpacked file is gone after this run. */
  isTransient: boolean;
  close: () => void;
}

/** An image's files in an archive. */
export class ArchiveFiles implements LayoutFiles {
  readonly place: string;
  readonly members: Members;
  readonly #archive: ArchiveBytes;

  constructor(archive: ArchiveBytes) {
    this.place = archive.place;
    this.members = new Members(archive.index);
    this.#archive = archive;
  }

  document(name: string): Buffer | undefined {
    const member = this.members.get(name);
    if (member && member.size > jsonBytes) throw tooLarge(`${this.place}: ${name}`);
    return member && this.members.read(name, jsonBytes);
  }

  layer(name: string): LayerFile | undefined {
    const member = this.members.get(name);
    if (member === undefined) return undefined;
    const { identity, range, unpack } = this.#archive;
    const content = range
      ? this.#content(range, member)
      : { kind: 'deferred' as const, open: async () => this.#content(await unpack(), member) };
    return { content, identity: identity && [identity, member.offset, member.size].join('\0') };
  }

  close(): void {
    this.#archive.close();
  }

  #content({ file, offset, size }: FileRange, member: Member): RangeContent {
    const left = Math.max(0, Math.min(member.size, size - member.offset));
    return {
      kind: 'range',
      range: { file, offset: offset + member.offset, size: left },
      isCut: left < member.size,
      isTransient: this.#archive.isTransient,
    };
  }
}
