/** What Berthwatch uses of a PAX extended header (POSIX.1-2001 pax, "pax Extended Header"). */
export interface PaxRecords {
  path?: Buffer;
  linkpath?: Buffer;
  size?: number;
  uid?: number;
  gid?: number;
  /** GNU.sparse.*: major, minor, name, size, realsize, numblocks, map. */
  sparse: Map<string, Buffer>;
  /** GNU.sparse.offset and GNU.sparse.numbytes of format 0.0, in turn. */
  sparsePieces: number[];
  /** Records that are not as the standard says; they are left out. */
  bad: number;
}

/** Pieces of one sparse file. */
export const maxSparsePieces = 65_536;

/** Reads `LENGTH KEY=VALUE\n` records. An empty value means: as the header says. */
export function parsePax(bytes: Buffer): PaxRecords {
  const records: PaxRecords = { sparse: new Map(), sparsePieces: [], bad: 0 };
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : decimal(bytes.subarray(at, space));
    const end = at + length;
    if (!(length > space - at + 2) || end > bytes.length || bytes[end - 1] !== 0x0a) {
      records.bad++;
      break;
    }
    const equals = bytes.indexOf(0x3d, space);
    if (equals < 0 || equals >= end - 1) records.bad++;
    else addRecord(records, bytes.toString('latin1', space + 1, equals), bytes.subarray(equals + 1, end - 1));
    at = end;
  }
  return records;
}

function addRecord(records: PaxRecords, key: string, value: Buffer): void {
  if (value.length === 0) return;
  if (key === 'path' || key === 'linkpath') {
    if (value.includes(0)) records.bad++;
    else records[key] = Buffer.from(value);
  } else if (key === 'size' || key === 'uid' || key === 'gid') {
    const number = decimal(value);
    if (Number.isNaN(number)) records.bad++;
    else records[key] = number;
  } else if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') {
    if (records.sparsePieces.length < 2 * maxSparsePieces) records.sparsePieces.push(decimal(value));
    else records.bad++;
  } else if (key.startsWith('GNU.sparse.')) {
    records.sparse.set(key.slice('GNU.sparse.'.length), Buffer.from(value));
  }
}

/** A decimal number without sign; NaN when it is none or too large. */
export function decimal(bytes: Buffer): number {
  if (bytes.length === 0 || bytes.length > 16) return Number.NaN;
  let value = 0;
  for (const byte of bytes) {
    if (byte < 0x30 || byte > 0x39) return Number.NaN;
    value = value * 10 + (byte - 0x30);
  }
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
