import { join } from 'node:path';
import { BerthwatchError } from '../../base/errors.ts';
import { jsonBytes } from '../bounds.ts';
import { isDigest, verifyDigest } from '../digest.ts';
import { OpenFile, readRange } from '../files.ts';
import type { LayerContent } from '../layer/layer-input.ts';

/** A layer's file in a layout. */
export interface LayerFile {
  content: LayerContent;
  /** Names these very bytes, as `OpenFile.identity`. */
  identity: string | undefined;
}

/** Where an image's files are: a folder or an archive. */
export interface LayoutFiles {
  /** For messages. */
  place: string;
  /** A small file; undefined when there is none. Throws LIMIT_EXCEEDED when it is larger than documents are. */
  document(name: string): Buffer | undefined;
  /** A layer; undefined when it is not there. */
  layer(name: string): LayerFile | undefined;
  close(): void;
}

/** An OCI layout in a folder. */
export class FolderFiles implements LayoutFiles {
  readonly place: string;
  readonly #open = new Map<string, OpenFile>();

  constructor(dir: string) {
    this.place = dir;
  }

  document(name: string): Buffer | undefined {
    const file = this.#file(name);
    if (file && file.size > jsonBytes) throw tooLarge(`${this.place}: ${name}`);
    return file && readRange({ file, offset: 0, size: file.size }, jsonBytes);
  }

  layer(name: string): LayerFile | undefined {
    const file = this.#file(name);
    if (file === undefined) return undefined;
    const range = { file, offset: 0, size: file.size };
    return { content: { kind: 'range', range, isCut: false, isTransient: false }, identity: file.identity };
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }

  #file(name: string): OpenFile | undefined {
    try {
      const file = this.#open.get(name) ?? new OpenFile(join(this.place, name));
      this.#open.set(name, file);
      return file;
    } catch (error) {
      if (error instanceof BerthwatchError && error.code === 'SOURCE_NOT_FOUND') return undefined;
      throw error;
    }
  }
}

export function tooLarge(place: string): BerthwatchError {
  return new BerthwatchError('LIMIT_EXCEEDED', `it has more than ${jsonBytes} bytes`, { place });
}

/** A blob's name in a layout; throws ARCHIVE_CORRUPT for a digest of another form, which could be any path. */
export function blobName(digest: string, place: string): string {
  if (isDigest(digest)) return `blobs/${digest.replace(':', '/')}`;
  throw new BerthwatchError('ARCHIVE_CORRUPT', `${digest.slice(0, 100)} is not a digest`, { place });
}

/** A small blob, verified. Throws SOURCE_NOT_FOUND, LIMIT_EXCEEDED or DIGEST_MISMATCH. */
export function readBlob(files: LayoutFiles, digest: string): Buffer {
  const bytes = readDocument(files, blobName(digest, files.place));
  verifyDigest(bytes, digest, `${files.place}: ${blobName(digest, files.place)}`);
  return bytes;
}

/** A small file that must be there. Throws SOURCE_NOT_FOUND or LIMIT_EXCEEDED. */
export function readDocument(files: LayoutFiles, name: string): Buffer {
  const bytes = files.document(name);
  if (bytes) return bytes;
  throw new BerthwatchError('SOURCE_NOT_FOUND', 'the image lacks this file', {
    place: `${files.place}: ${name}`,
    next: 'get the image again',
  });
}

/** What stands for a layer that is not there: whoever needs its bytes is told. */
export function missingLayer(place: string): LayerContent {
  const open = async () => {
    throw new BerthwatchError('SOURCE_NOT_FOUND', 'it is not there', { place });
  };
  return { kind: 'deferred', open };
}
