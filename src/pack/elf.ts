/** Where something stands in a file. */
export interface Span {
  start: number;
  end: number;
}

/** A part of the file that is loaded into memory. */
export interface Segment extends Span {
  address: number;
  /** Whether it is data that the program changes, or that relocations do. */
  isWritable: boolean;
}

/** What is read of an ELF file (System V ABI, "Object Files"). All empty where it is none. */
export interface Elf {
  /** Names of sections, symbols and libraries; none where it has no section headers. */
  stringTables: Span[];
  segments: Segment[];
  /** An address as data of the program holds it; empty where it can't be one. */
  pointer(address: number): Buffer;
  /** The address or number that stands at a place of the file; 0 where the file has ended. */
  valueAt(place: number): number;
  /** Bytes of an address. */
  width: number;
}

/** sh_type of a string table, p_type of a loaded segment. */
const types = { strtab: 3, load: 1 } as const;

/** PF_W. */
const writable = 2;

/** Where the fields of the headers stand, for 32 and 64 bits. */
const layouts = {
  1: {
    width: 4,
    sections: { offset: 32, entrySize: 46, count: 48, type: 4, place: 16, size: 20 },
    segments: { offset: 28, entrySize: 42, count: 44, type: 0, place: 4, size: 16, address: 8, flags: 24 },
  },
  2: {
    width: 8,
    sections: { offset: 40, entrySize: 58, count: 60, type: 4, place: 24, size: 32 },
    segments: { offset: 32, entrySize: 54, count: 56, type: 0, place: 8, size: 32, address: 16, flags: 4 },
  },
} as const;

const none: Elf = {
  stringTables: [],
  segments: [],
  pointer: () => Buffer.alloc(0),
  valueAt: () => 0,
  width: 8,
};

export function readElf(bytes: Buffer): Elf {
  const layout = bytes.length < 64 || bytes[0] !== 0x7f ? undefined : layouts[bytes[4] as 1 | 2];
  if (layout === undefined) return none;
  const fields = fieldsOf(bytes, layout.width);
  const { sections, segments } = layout;
  return {
    stringTables: entriesOf(bytes, fields, sections, types.strtab).map(({ span }) => span),
    segments: entriesOf(bytes, fields, segments, types.load).map(({ span, at }) => ({
      ...span,
      address: fields.address(at + segments.address),
      isWritable: (fields.word(at + segments.flags) & writable) !== 0,
    })),
    pointer: fields.pointer,
    valueAt: (place) => (place < 0 || place + layout.width > bytes.length ? 0 : fields.address(place)),
    width: layout.width,
  };
}

type Fields = ReturnType<typeof fieldsOf>;

function fieldsOf(bytes: Buffer, width: number) {
  const isLittle = bytes[5] !== 2;
  const short = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const word = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const long = (at: number) => Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  const pointer = (address: number): Buffer => {
    if (!Number.isSafeInteger(address) || address < 0) return Buffer.alloc(0);
    const big = Buffer.alloc(8);
    big.writeBigUInt64BE(BigInt(address));
    const written = big.subarray(8 - width);
    return isLittle ? written.reverse() : written;
  };
  return { short, word, address: width === 8 ? long : word, pointer };
}

interface Table {
  offset: number;
  entrySize: number;
  count: number;
  type: number;
  place: number;
  size: number;
}

/** What the entries of one type describe, and where each stands. */
function entriesOf(bytes: Buffer, { short, word, address }: Fields, table: Table, type: number) {
  const first = address(table.offset);
  const entrySize = short(table.entrySize);
  const found: { at: number; span: Span }[] = [];
  for (let i = 0; i < short(table.count); i++) {
    const at = first + i * entrySize;
    if (at + table.size + 8 > bytes.length) break;
    if (word(at + table.type) !== type) continue;
    const start = address(at + table.place);
    found.push({ at, span: { start, end: start + address(at + table.size) } });
  }
  return found;
}
