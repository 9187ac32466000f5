import { join } from 'node:path';
import { BerthwatchError } from '../../base/errors.ts';
import { jsonBytes } from '../bounds.ts';
import { isDigest, verifyDigest } from '../digest.ts';
import { OpenFile, readRange } from '../files.ts';
import type { LayerContent } from '../layer/read-layer.ts';
import type { Member, Members } from './members.ts';

/** Where an OCI layout's files are: a folder or an archive. */
export interface LayoutFiles {
  /** For messages. */
  place: string;
  /** A file by its name in the layout; undefined when there is none. */
  open(name: string): Member | undefined;
  close(): void;
}

export class FolderFiles implements LayoutFiles {
  readonly place: string;
  readonly #open = new Map<string, OpenFile>();

  constructor(dir: string) {
    this.place = dir;
  }

  open(name: string): Member | undefined {
    try {
      const file = this.#open.get(name) ?? new OpenFile(join(this.place, name));
      this.#open.set(name, file);
      return { range: { file, offset: 0, size: file.size }, isCut: false };
    } catch (error) {
      if (error instanceof BerthwatchError && error.code === 'SOURCE_NOT_FOUND') return undefined;
      throw error;
    }
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
  }
}

export class ArchiveFiles implements LayoutFiles {
  readonly place: string;
  readonly #members: Members;
  readonly #close: () => void;

  constructor(place: string, members: Members, close: () => void) {
    this.place = place;
    this.#members = members;
    this.#close = close;
  }

  open(name: string): Member | undefined {
    return this.#members.get(name);
  }

  close(): void {
    this.#close();
  }
}

/** A blob's name in a layout; throws ARCHIVE_CORRUPT for a digest of another form, which could be any path. */
export function blobName(digest: string, place: string): string {
  if (!isDigest(digest))
    throw new BerthwatchError('ARCHIVE_CORRUPT', `${digest.slice(0, 100)} is not a digest`, { place });
  return `blobs/${digest.replace(':', '/')}`;
}

/** A small blob, verified. Throws SOURCE_NOT_FOUND, LIMIT_EXCEEDED or DIGEST_MISMATCH. */
export function readBlob(files: LayoutFiles, digest: string): Buffer {
  const place = `${files.place}: ${blobName(digest, files.place)}`;
  const bytes = readSmall(files, blobName(digest, files.place));
  verifyDigest(bytes, digest, place);
  return bytes;
}

/** A small file. Throws SOURCE_NOT_FOUND or LIMIT_EXCEEDED. */
export function readSmall(files: LayoutFiles, name: string): Buffer {
  const place = `${files.place}: ${name}`;
  const member = files.open(name);
  if (member === undefined) {
    throw new BerthwatchError('SOURCE_NOT_FOUND', 'the image lacks this file', {
      place,
      next: 'get the image again',
    });
  }
  if (member.range.size > jsonBytes) {
    throw new BerthwatchError('LIMIT_EXCEEDED', `it has more than ${jsonBytes} bytes`, { place });
  }
  return readRange(member.range, jsonBytes);
}

/** A layer's bytes in an archive or folder; where they are missing, whoever needs them is told. */
export function layerContent(member: Member | undefined, place: string): LayerContent {
  if (member) return { kind: 'range', range: member.range, isCut: member.isCut, isTransient: false };
  const open = async () => {
    throw new BerthwatchError('SOURCE_NOT_FOUND', 'it is not there', { place });
  };
  return { kind: 'deferred', open };
}
