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
  isGnu: boolean;
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
export function isZeroBlock(block: Buffer): boolean {
  return block[0] === 0 && block.equals(zeroBlock);
}

const zeroBlock = Buffer.alloc(blockSize);

/** Reads a header block; undefined when its checksum or one of its numbers is wrong. */
export function parseHeader(block: Buffer): TarHeader | undefined {
  if (!checksumFits(block)) return undefined;
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0';
  const mode = parseNumber(block, 100, 8);
  const uid = parseNumber(block, 108, 8);
  const gid = parseNumber(block, 116, 8);
  const size = parseNumber(block, 124, 12);
  if (size === undefined || size < 0) return undefined;
  const prefixLength = isUstar ? (block.toString('latin1', 508, 512) === 'tar\0' ? 131 : 155) : 0;
  const prefix = field(block, 345, prefixLength);
  const name = field(block, 0, 100);
  return {
    type: block[156] as number,
    name: prefix.length > 0 ? Buffer.concat([prefix, slash, name]) : name,
    link: field(block, 157, 100),
    mode: (mode ?? 0) & 0o7777,
    uid: clampId(uid),
    gid: clampId(gid),
    size,
    isGnu,
  };
}

const slash = Buffer.from('/');

/** A user or group id as 32 bits; 0 when it is none. */
export function clampId(id: number | undefined): number {
  return id !== undefined && id >= 0 && id <= 0xffffffff ? id : 0;
}

/** A copy of a NUL-terminated field: blocks are views of a buffer that is used again. */
function field(block: Buffer, start: number, length: number): Buffer {
  let end = start;
  while (end < start + length && block[end] !== 0) end++;
  return Buffer.from(block.subarray(start, end));
}

/** The sum of all bytes with the checksum field itself as spaces; old archivers summed signed bytes. */
function checksumFits(block: Buffer): boolean {
  const stated = parseNumber(block, 148, 8);
  let unsigned = 8 * 32;
  let high = 0;
  for (let i = 0; i < blockSize; i++) {
    if (i === 148) i = 156;
    const byte = block[i] as number;
    unsigned += byte;
    high += byte >> 7;
  }
  return stated === unsigned || stated === unsigned - 256 * high;
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
