import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writevSync,
} from 'node:fs';
import { join } from 'node:path';
import type { IndexedLayer } from '../layer/indexer.ts';
import { StoredBodies } from '../layer/kept-bodies.ts';
import type { KeptBodies } from '../layer/layer.ts';
import { indexVersion, type LayerIndex, packIndex, unpackIndex } from '../layer/layer-index.ts';
import { trimCache } from './trim.ts';

export interface CachedLayer {
  index: LayerIndex;
  kept: KeptBodies;
}

/** A file's first 16 bytes: magic, version, bytes of the index, unused. The index follows, then the bodies. */
const magic = 0x43574c42; // "BLWC"
const headerBytes = 16;
/** An entry's time of use is renewed when it is older than this. */
const touchAfter = 60 * 60_000;

/**
 * Indexes of layers on disk, a file each. Entries appear whole (written aside, then renamed), so any number of
 * processes may share the folder; what is damaged counts as not there and is written again.
 */
export class LayerCache {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #fingerprint: string;
  #hasWritten = false;
  /** Why nothing can be stored, once that was noticed. */
  problem: string | undefined;

  constructor(dir: string, maxBytes: number, fingerprint: string) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
    this.#fingerprint = fingerprint;
    this.problem = foreignOwner(dir);
  }

  /** `key` must name the bytes of the layer for certain: a verified digest, or a file's identity. */
  get(key: string): CachedLayer | undefined {
    if (this.problem !== undefined) return undefined;
    const path = this.#path(key);
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch {
      return undefined;
    }
    const index = readEntry(fd);
    if (index === undefined) {
      closeSync(fd);
      return undefined;
    }
    touch(path, fd);
    const start = headerBytes + index.bytes;
    const read = (buffer: Buffer, offset: number) => readSync(fd, buffer, 0, buffer.length, start + offset);
    return { index: index.index, kept: new StoredBodies(index.index, read, () => closeSync(fd)) };
  }

  /** Stores a layer; a failure is remembered in `problem`. */
  put(key: string, { index, bodies }: IndexedLayer): void {
    if (this.problem !== undefined) return;
    const path = this.#path(key);
    const aside = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
      const packed = packIndex(index);
      const header = Buffer.alloc(headerBytes);
      header.writeUInt32LE(magic, 0);
      header.writeUInt32LE(indexVersion, 4);
      header.writeUInt32LE(packed.byteLength, 8);
      writeWhole(aside, [header, packed, ...bodies]);
      renameSync(aside, path);
      this.#hasWritten = true;
    } catch (error) {
      this.problem = `${this.#dir} can't be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
      remove(aside);
    }
  }

  /** Keeps the folder within its bound. To be called once at the end. */
  close(): void {
    if (this.#hasWritten) trimCache(this.#dir, this.#maxBytes);
  }

  #path(key: string): string {
    const name = createHash('sha256').update([indexVersion, this.#fingerprint, key].join('\0')).digest('hex');
    return join(this.#dir, `${name}.layer`);
  }
}

function readEntry(fd: number): { index: LayerIndex; bytes: number } | undefined {
  const header = Buffer.alloc(headerBytes);
  if (readSync(fd, header, 0, headerBytes, 0) < headerBytes || header.readUInt32LE(0) !== magic)
    return undefined;
  const bytes = header.readUInt32LE(8);
  const { size } = fstatSync(fd);
  if (bytes > size) return undefined;
  const buffer = new Uint8Array(bytes);
  if (readSync(fd, buffer, 0, bytes, headerBytes) < bytes) return undefined;
  const index = unpackIndex(buffer);
  return index && headerBytes + bytes + index.bodyBytes === size ? { index, bytes } : undefined;
}

function writeWhole(path: string, parts: readonly Uint8Array[]): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    // One call takes at most IOV_MAX parts, and may write less than it was given.
    for (let i = 0; i < parts.length; i += 512) writeAll(fd, parts.slice(i, i + 512));
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, parts: readonly Uint8Array[]): void {
  const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const written = writevSync(fd, parts);
  if (written === total) return;
  const rest = Buffer.concat(parts).subarray(written);
  if (written === 0 && rest.length > 0) throw new Error('nothing could be written');
  writeAll(fd, [rest]);
}

function touch(path: string, fd: number): void {
  const now = Date.now();
  if (now - fstatSync(fd).mtimeMs < touchAfter) return;
  try {
    utimesSync(path, now / 1000, now / 1000);
  } catch {
    // A cache that can only be read is still of use.
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not made, or is gone.
  }
}

/** Someone else's folder could hold anything under any name. */
function foreignOwner(dir: string): string | undefined {
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  try {
    const { uid, mode } = statSync(dir);
    if (uid === own && (mode & 0o022) === 0) return undefined;
    return uid === own ? `${dir} is writable by others` : `${dir} belongs to another user`;
  } catch {
    return undefined;
  }
}
