/** One 512-byte header block of a tar archive (POSIX.1-1988 ustar, GNU tar, star, V7). */
export interface TarHeader {
  /** The type flag's character code; 0 in V7 archives. */
  type: number;
  name: Buffer;
  link: Buffer;
  mode: number;
  uid: number;
  gid: number;
  size: number;
}

export const blockSize = 512;

/** Type flags of the formats above. */
export const typeFlag = {
  v7File: 0,
  file: code('0'),
  hardLink: code('1'),
  symlink: code('2'),
  characterDevice: code('3'),
  blockDevice: code('4'),
  directory: code('5'),
  fifo: code('6'),
  contiguousFile: code('7'),
  paxHeader: code('x'),
  paxGlobalHeader: code('g'),
  gnuLongName: code('L'),
  gnuLongLink: code('K'),
  gnuSparse: code('S'),
  gnuDumpDirectory: code('D'),
  gnuVolumeLabel: code('V'),
  gnuMultiVolume: code('M'),
} as const;

function code(char: string): number {
  return char.charCodeAt(0);
}

/** Whether a block holds only zero bytes; two of them end an archive. */
export function isZeroBlock(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0 && bytes.compare(zeroBlock, 0, blockSize, at, at + blockSize) === 0;
}

const zeroBlock = Buffer.alloc(blockSize);

/** Reads the header block at a place; undefined when its checksum or its size is wrong. */
export function parseHeader(bytes: Buffer, at: number): TarHeader | undefined {
  if (!checksumFits(bytes, at)) return undefined;
  const size = parseNumber(bytes, at + 124, 12);
  if (size === undefined || size < 0) return undefined;
  const mode = parseNumber(bytes, at + 100, 8) ?? 0;
  return {
    type: bytes[at + 156] as number,
    name: nameOf(bytes, at),
    link: field(bytes, at + 157, 100),
    mode: mode & 0o7777,
    uid: clampId(parseNumber(bytes, at + 108, 8)),
    gid: clampId(parseNumber(bytes, at + 116, 8)),
    size,
  };
}

/** ustar and star put the start of a long name into a prefix; GNU tar has other things there, V7 nothing. */
function nameOf(bytes: Buffer, at: number): Buffer {
  const name = field(bytes, at, 100);
  if (
    bytes[at + 345] === 0 ||
    bytes[at + 257] !== 0x75 ||
    bytes.toString('latin1', at + 257, at + 263) !== 'ustar\0'
  ) {
    return name;
  }
  const isStar = bytes.toString('latin1', at + 508, at + 512) === 'tar\0';
  return Buffer.concat([field(bytes, at + 345, isStar ? 131 : 155), slash, name]);
}

const slash = Buffer.from('/');

/** A user or group id as 32 bits; 0 when it is none. */
export function clampId(id: number | undefined): number {
  return id !== undefined && id >= 0 && id <= 0xffffffff ? id : 0;
}

const none = Buffer.alloc(0);

/** A copy of a NUL-terminated field: the bytes are a view of a buffer that is used again. */
function field(bytes: Buffer, start: number, length: number): Buffer {
  if (bytes[start] === 0) return none;
  let end = start;
  while (end < start + length && bytes[end] !== 0) end++;
  const copy = Buffer.allocUnsafe(end - start);
  for (let i = start; i < end; i++) copy[i - start] = bytes[i] as number;
  return copy;
}

/** The sum of all bytes with the checksum field itself as spaces; old archivers summed signed bytes. */
function checksumFits(bytes: Buffer, at: number): boolean {
  const stated = parseNumber(bytes, at + 148, 8);
  let sum = 8 * 32;
  for (let i = at; i < at + 148; i++) sum += bytes[i] as number;
  for (let i = at + 156; i < at + blockSize; i++) sum += bytes[i] as number;
  return stated === sum || stated === sum - 256 * highBytes(bytes, at);
}

function highBytes(bytes: Buffer, at: number): number {
  let count = 0;
  for (let i = at; i < at + blockSize; i++) {
    if ((i < at + 148 || i >= at + 156) && (bytes[i] as number) >= 128) count++;
  }
  return count;
}

/** An octal number, or GNU's base-256 form when the first bit is set; undefined when it is neither or too large. */
export function parseNumber(block: Buffer, start: number, length: number): number | undefined {
  const first = block[start] as number;
  if (first & 0x80) return parseBase256(block, start, length);
  let i = start;
  const end = start + length;
  while (i < end && (block[i] === 0x20 || block[i] === 0)) i++;
  let value = 0;
  for (; i < end; i++) {
    const digit = (block[i] as number) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  const isTerminated = i === end || block[i] === 0 || block[i] === 0x20;
  return isTerminated && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function parseBase256(block: Buffer, start: number, length: number): number | undefined {
  const first = block[start] as number;
  const isNegative = (first & 0x40) !== 0;
  let value = isNegative ? (first | 0x80) - 0x100 : first & 0x3f;
  for (let i = start + 1; i < start + length; i++) value = value * 256 + (block[i] as number);
  return Number.isSafeInteger(value) ? value : undefined;
}
