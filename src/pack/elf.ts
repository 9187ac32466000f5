/** Where something stands in a file. */
export interface Span {
  start: number;
  end: number;
}

/** A part of the file that is loaded into memory. */
export interface Segment extends Span {
  address: number;
}

/** What is read of an ELF file (System V ABI, "Object Files"). All empty where it is none. */
export interface Elf {
  /** Names of sections, symbols and libraries; none where it has no section headers. */
  stringTables: Span[];
  segments: Segment[];
  /** An address as data of the program holds it; empty where it can't be one. */
  pointer(address: number): Buffer;
}

/** sh_type of a string table, p_type of a loaded segment. */
const types = { strtab: 3, load: 1 } as const;

/** Where the fields of the headers stand, for 32 and 64 bits. */
const layouts = {
  1: {
    width: 4,
    sections: { offset: 32, entrySize: 46, count: 48, type: 4, place: 16, size: 20 },
    segments: { offset: 28, entrySize: 42, count: 44, type: 0, place: 4, size: 16, address: 8 },
  },
  2: {
    width: 8,
    sections: { offset: 40, entrySize: 58, count: 60, type: 4, place: 24, size: 32 },
    segments: { offset: 32, entrySize: 54, count: 56, type: 0, place: 8, size: 32, address: 16 },
  },
} as const;

export function readElf(bytes: Buffer): Elf {
  const layout = bytes.length < 64 || bytes[0] !== 0x7f ? undefined : layouts[bytes[4] as 1 | 2];
  if (layout === undefined) return { stringTables: [], segments: [], pointer: () => Buffer.alloc(0) };
  const fields = fieldsOf(bytes, layout.width);
  const { sections, segments } = layout;
  return {
    stringTables: entriesOf(bytes, fields, sections, types.strtab).map(({ span }) => span),
    segments: entriesOf(bytes, fields, segments, types.load).map(({ span, at }) => ({
      ...span,
      address: fields.address(at + segments.address),
    })),
    pointer: fields.pointer,
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
