/** Writes tar archives from a description, proper ones and ones that no archiver would write. */
export interface TarItem {
  name: string | Buffer;
  /** Type flag; default `0`. */
  type?: string;
  body?: string | Buffer;
  link?: string | Buffer;
  mode?: number;
  uid?: number;
  gid?: number;
  /** What the header says instead of the body's length. */
  size?: number;
  /** Records of a PAX header before it. */
  pax?: Record<string, string>;
  /** `gnu` writes long names and large numbers GNU's way, `ustar` splits long names. */
  format?: 'ustar' | 'gnu' | 'v7';
  /** Changes the finished header block, before its checksum is made. */
  patch?: (header: Buffer) => void;
  /** Leaves a wrong checksum. */
  badChecksum?: boolean;
  /** Written as it is instead of all else. */
  raw?: Buffer;
}

export const file = (name: string, body: string | Buffer = '', more: Partial<TarItem> = {}): TarItem => ({
  name,
  body,
  mode: 0o644,
  ...more,
});
export const folder = (name: string, more: Partial<TarItem> = {}): TarItem => ({
  name: name.endsWith('/') ? name : `${name}/`,
  type: '5',
  mode: 0o755,
  ...more,
});
export const symlink = (name: string, link: string): TarItem => ({ name, type: '2', link, mode: 0o777 });
export const hardLink = (name: string, link: string): TarItem => ({ name, type: '1', link });
/** `a/b` → `a/.wh.b` */
export const whiteout = (name: string): TarItem => file(name.replace(/([^/]*)$/, '.wh.$1'));
export const opaque = (dir: string): TarItem => file(`${dir}/.wh..wh..opq`);

/** The archive with its two closing blocks, unless `end` is false. */
export function makeTar(items: readonly TarItem[], options: { end?: boolean } = {}): Buffer {
  const parts = items.flatMap(writeItem);
  return Buffer.concat(options.end === false ? parts : [...parts, Buffer.alloc(1024)]);
}

function writeItem(item: TarItem): Buffer[] {
  if (item.raw) return [item.raw];
  const parts: Buffer[] = [];
  if (item.pax) parts.push(...writeItem({ name: 'PaxHeaders/x', type: 'x', body: paxRecords(item.pax) }));
  const name = Buffer.from(item.name);
  const link = Buffer.from(item.link ?? '');
  if (item.format === 'gnu' && name.length > 100) parts.push(...longName('L', name));
  if (item.format === 'gnu' && link.length > 100) parts.push(...longName('K', link));
  const body = Buffer.from(item.body ?? '');
  return [...parts, header(item, name, link, body.length), body, Buffer.alloc(pad(body.length))];
}

export function paxRecords(records: Record<string, string>): Buffer {
  return Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)));
}

export function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

const longName = (type: string, name: Buffer) =>
  writeItem({ name: '././@LongLink', type, body: Buffer.concat([name, Buffer.alloc(1)]), format: 'gnu' });

function header(item: TarItem, name: Buffer, link: Buffer, bodyLength: number): Buffer {
  const block = Buffer.alloc(512);
  const [prefix, rest] =
    item.format === undefined || item.format === 'ustar' ? split(name) : [Buffer.alloc(0), name];
  rest.copy(block, 0, 0, 100);
  block.write(octal(item.mode ?? 0o644, 8), 100, 'latin1');
  block.write(octal(item.uid ?? 0, 8), 108, 'latin1');
  block.write(octal(item.gid ?? 0, 8), 116, 'latin1');
  block.write(octal(item.size ?? bodyLength, 12), 124, 'latin1');
  block.write(octal(0, 12), 136, 'latin1');
  block.write(item.type ?? '0', 156, 'latin1');
  link.copy(block, 157, 0, 100);
  if (item.format === 'gnu') block.write('ustar  \0', 257, 'latin1');
  else if (item.format !== 'v7') block.write('ustar\x0000', 257, 'latin1');
  prefix.copy(block, 345);
  item.patch?.(block);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, item.badChecksum ? 1 : 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** ustar: at most 100 bytes of name after at most 155 of prefix, cut at a slash. */
function split(name: Buffer): [Buffer, Buffer] {
  if (name.length <= 100) return [Buffer.alloc(0), name];
  const cut = name.subarray(0, Math.min(155, name.length - 1)).lastIndexOf(0x2f);
  return cut < 0 ? [Buffer.alloc(0), name] : [name.subarray(0, cut), name.subarray(cut + 1)];
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

const pad = (length: number) => (512 - (length % 512)) % 512;

/** A number in GNU's base-256 form. */
export function base256(value: bigint, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  for (let i = width - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(BigInt.asUintN(8, rest));
  if (value >= 0n) bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
}
