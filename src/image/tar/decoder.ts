import {
  blockSize,
  clampId,
  isZeroBlock,
  parseHeader,
  parseNumber,
  type TarHeader,
  typeFlag,
} from './header.ts';
import { decimal, type PaxRecords, parsePax } from './pax.ts';
import { addOldGnuPieces, isSoundMap, mapOfPax, type SparseMap, SparseMapReader } from './sparse.ts';

/** One file of an archive, all its headers put together. */
export interface TarEntry {
  kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** As written; may be absolute, hold `..`, or not be UTF-8. */
  name: Buffer;
  link: Buffer;
  mode: number;
  uid: number;
  gid: number;
  /** The file's size. */
  size: number;
  /** Bytes that follow in the archive: less than `size` in a sparse file. */
  stored: number;
  sparse: SparseMap | undefined;
  /** What was odd about it, if anything. */
  problem: string | undefined;
}

/** What an archive's reader must hand over next. All sizes are without the padding to 512 bytes. */
export type Next =
  | { kind: 'block' }
  | { kind: 'meta'; size: number }
  | { kind: 'skip'; size: number }
  | { kind: 'entry'; entry: TarEntry }
  | { kind: 'end' }
  | { kind: 'damaged'; reason: string };

/** Bytes of one PAX header or long name. */
export const maxMetaBytes = 1024 * 1024;
/** Bytes of one name (Linux: PATH_MAX). */
export const maxNameBytes = 4096;

const wantBlock: Next = { kind: 'block' };

/** A sparse file whose map is not complete; `reader` where the map is in the data. */
interface PendingSparse {
  entry: TarEntry;
  reader: SparseMapReader | undefined;
}

/**
 * Puts blocks together to entries. It does no I/O: whoever reads (a stream, a file with seeks) asks what comes
 * next. Where writers disagree it reads as Go's archive/tar does, since that is what unpacks images.
 */
export class TarDecoder {
  #pax: PaxRecords | undefined;
  #longName: Buffer | undefined;
  #longLink: Buffer | undefined;
  #metaType = 0;
  #sawZero = false;
  #pending: PendingSparse | undefined;

  /** Takes the 512 bytes at a place. */
  block(bytes: Buffer, at: number): Next {
    if (this.#pending) return this.#pendingBlock(bytes.subarray(at, at + blockSize), this.#pending);
    if (isZeroBlock(bytes, at)) {
      if (this.#sawZero) return { kind: 'end' };
      this.#sawZero = true;
      return wantBlock;
    }
    if (this.#sawZero) return { kind: 'damaged', reason: 'a lone zero block is followed by data' };
    const header = parseHeader(bytes, at);
    if (header === undefined) return { kind: 'damaged', reason: 'a header does not fit its checksum' };
    return this.#header(header, bytes, at);
  }

  /** The bytes that a `meta` asked for. */
  meta(bytes: Buffer): Next {
    if (this.#metaType === typeFlag.paxHeader) this.#pax = parsePax(bytes);
    else if (this.#metaType === typeFlag.gnuLongName) this.#longName = untilNul(bytes);
    else this.#longLink = untilNul(bytes);
    return wantBlock;
  }

  #header(header: TarHeader, bytes: Buffer, at: number): Next {
    const { type, size } = header;
    if (type === typeFlag.paxHeader || type === typeFlag.gnuLongName || type === typeFlag.gnuLongLink) {
      if (size > maxMetaBytes) return { kind: 'damaged', reason: `a header of ${size} bytes` };
      this.#metaType = type;
      return { kind: 'meta', size };
    }
    // archive/tar does not apply global headers to the entries after it, and neither do container engines.
    if (type === typeFlag.paxGlobalHeader || type === typeFlag.gnuVolumeLabel) return { kind: 'skip', size };
    const entry = entryOf(header, this.#pax, this.#longName, this.#longLink);
    const pax = this.#pax;
    this.#pax = this.#longName = this.#longLink = undefined;
    if (entry.name.length > maxNameBytes || entry.link.length > maxNameBytes) {
      return { kind: 'damaged', reason: 'a name of more than 4096 bytes' };
    }
    if (type === typeFlag.gnuSparse) return this.#oldGnuSparse(entry, bytes.subarray(at, at + blockSize));
    return pax && entry.kind === 'file' ? this.#paxSparse(entry, pax) : { kind: 'entry', entry };
  }

  #pendingBlock(block: Buffer, { entry, reader }: PendingSparse): Next {
    return reader ? this.#sparseMapBlock(block, entry, reader) : this.#sparseExtension(block, entry);
  }

  #oldGnuSparse(entry: TarEntry, block: Buffer): Next {
    entry.sparse = [];
    entry.size = parseNumber(block, 483, 12) ?? entry.size;
    if (!addOldGnuPieces(entry.sparse, block, 386, 4)) return badSparse;
    if (block[482] === 0) return finish(entry);
    this.#pending = { entry, reader: undefined };
    return wantBlock;
  }

  #sparseExtension(block: Buffer, entry: TarEntry): Next {
    if (!addOldGnuPieces(entry.sparse ?? [], block, 0, 21)) return badSparse;
    if (block[504] !== 0) return wantBlock;
    this.#pending = undefined;
    return finish(entry);
  }

  #paxSparse(entry: TarEntry, pax: PaxRecords): Next {
    const name = pax.sparse.get('name');
    const size = pax.sparse.get('realsize') ?? pax.sparse.get('size');
    if (pax.sparse.get('major')?.toString() === '1') {
      if (name) entry.name = name;
      entry.size = size ? decimal(size) : entry.size;
      this.#pending = { entry, reader: new SparseMapReader() };
      return entry.stored < blockSize || Number.isNaN(entry.size) ? badSparse : wantBlock;
    }
    const map = mapOfPax(pax);
    if (map === undefined) return { kind: 'entry', entry };
    if (name) entry.name = name;
    entry.size = size ? decimal(size) : entry.size;
    entry.sparse = map;
    return finish(entry);
  }

  #sparseMapBlock(block: Buffer, entry: TarEntry, reader: SparseMapReader): Next {
    entry.stored -= blockSize;
    const state = entry.stored < 0 ? 'bad' : reader.block(block);
    if (state === 'bad' || (state === 'more' && entry.stored === 0)) return badSparse;
    if (state === 'more') return wantBlock;
    this.#pending = undefined;
    entry.sparse = reader.map;
    return finish(entry);
  }
}

const badSparse: Next = { kind: 'damaged', reason: 'a sparse file has a wrong map' };

function finish(entry: TarEntry): Next {
  const isSound = entry.sparse !== undefined && isSoundMap(entry.sparse, entry.size, entry.stored);
  return isSound ? { kind: 'entry', entry } : badSparse;
}

function entryOf(
  header: TarHeader,
  pax: PaxRecords | undefined,
  longName: Buffer | undefined,
  longLink: Buffer | undefined,
): TarEntry {
  const name = longName ?? pax?.path ?? header.name;
  const kind = kindOf(header.type, name);
  const size = pax?.size ?? header.size;
  // Only regular files (and types that nobody knows) have data, whatever the others' size says.
  const isOldDirectory = kind === 'directory' && header.type === typeFlag.v7File;
  const hasData = !isOldDirectory && !isHeaderOnly.has(header.type);
  return {
    kind,
    name,
    link: longLink ?? pax?.linkpath ?? header.link,
    mode: header.mode,
    uid: pax?.uid === undefined ? header.uid : clampId(pax.uid),
    gid: pax?.gid === undefined ? header.gid : clampId(pax.gid),
    size: kind === 'file' ? size : 0,
    stored: hasData ? size : 0,
    sparse: undefined,
    problem: pax?.bad ? 'a PAX record that is not as the standard says' : undefined,
  };
}

const isHeaderOnly: ReadonlySet<number> = new Set<number>([
  typeFlag.hardLink,
  typeFlag.symlink,
  typeFlag.characterDevice,
  typeFlag.blockDevice,
  typeFlag.directory,
  typeFlag.fifo,
]);

function kindOf(type: number, name: Buffer): TarEntry['kind'] {
  switch (type) {
    case typeFlag.v7File:
      return name.at(-1) === 0x2f ? 'directory' : 'file';
    case typeFlag.file:
    case typeFlag.contiguousFile:
    case typeFlag.gnuSparse:
      return 'file';
    case typeFlag.directory:
    case typeFlag.gnuDumpDirectory:
      return 'directory';
    case typeFlag.symlink:
      return 'symlink';
    case typeFlag.hardLink:
      return 'hardlink';
    default:
      return 'other';
  }
}

function untilNul(bytes: Buffer): Buffer {
  const nul = bytes.indexOf(0);
  return Buffer.from(nul < 0 ? bytes : bytes.subarray(0, nul));
}
