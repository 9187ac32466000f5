/** Where something stands in a file. */
export interface Span {
  start: number;
  end: number;
}

/** sh_type of a string table: names of sections, symbols and libraries (ELF specification, "Sections"). */
const strtab = 3;

/** Where the fields of the headers stand, for 32 and 64 bits. */
const layouts = {
  1: { wide: false, offset: 32, entrySize: 46, count: 48, type: 4, place: 16, size: 20 },
  2: { wide: true, offset: 40, entrySize: 58, count: 60, type: 4, place: 24, size: 32 },
} as const;

/** The string tables of an ELF file; none where it has no section headers or is no such file. */
export function stringTables(bytes: Buffer): Span[] {
  const layout = bytes.length < 64 ? undefined : layouts[bytes[4] as 1 | 2];
  if (bytes[0] !== 0x7f || layout === undefined) return [];
  const isLittle = bytes[5] !== 2;
  const short = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const word = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const long = (at: number) => Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  const address = layout.wide ? long : word;
  const first = address(layout.offset);
  const entrySize = short(layout.entrySize);
  const tables: Span[] = [];
  for (let i = 0; i < short(layout.count); i++) {
    const entry = first + i * entrySize;
    if (entry + layout.size + 8 > bytes.length) break;
    const start = address(entry + layout.place);
    if (word(entry + layout.type) === strtab)
      tables.push({ start, end: start + address(entry + layout.size) });
  }
  return tables;
}
