import { isUtf8 } from 'node:buffer';

/** A name of an archive, brought inside the root: its parts, and whether it tried to leave or was not UTF-8. */
export interface EntryName {
  parts: Buffer[];
  leaves: boolean;
  isText: boolean;
}

const slash = 0x2f;
const dot = 0x2e;

/** Cleans a name as container engines do: absolute means from the root, `..` takes back a part, never more. */
export function parseEntryName(name: Buffer): EntryName {
  const isText = isUtf8(name);
  const bytes = isText ? name : Buffer.from(name.toString('utf8'));
  const parts: Buffer[] = [];
  let leaves = false;
  for (let start = 0; start <= bytes.length; ) {
    const next = bytes.indexOf(slash, start);
    const end = next < 0 ? bytes.length : next;
    const part = bytes.subarray(start, end);
    start = end + 1;
    if (part.length === 0 || (part.length === 1 && part[0] === dot)) continue;
    if (part.length !== 2 || part[0] !== dot || part[1] !== dot) parts.push(part);
    else if (parts.pop() === undefined) leaves = true;
  }
  return { parts, leaves, isText };
}

/** What the last part of a name says about lower layers (OCI image-spec, "Whiteouts"). */
export type Whiteout =
  | { kind: 'none' }
  /** The sibling of this name is hidden. */
  | { kind: 'hide'; name: Buffer }
  /** All that lower layers have in the directory is hidden. */
  | { kind: 'opaque' }
  /** A name of the union file system's own bookkeeping, or a whiteout of nothing: not part of the image. */
  | { kind: 'ignore' };

const prefix = Buffer.from('.wh.');
const metaPrefix = Buffer.from('.wh..wh.');
const opaque = Buffer.from('.wh..wh..opq');

export function whiteoutOf(base: Buffer): Whiteout {
  if (!startsWith(base, prefix)) return { kind: 'none' };
  if (base.equals(opaque)) return { kind: 'opaque' };
  const name = base.subarray(prefix.length);
  const isDots = name.equals(Buffer.from('.')) || name.equals(Buffer.from('..'));
  if (name.length === 0 || isDots || startsWith(base, metaPrefix)) return { kind: 'ignore' };
  return { kind: 'hide', name };
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.length >= start.length && bytes.compare(start, 0, start.length, 0, start.length) === 0;
}
