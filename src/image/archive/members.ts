import { posix } from 'node:path';
import { Rootfs } from '../../rootfs/rootfs.ts';
import { jsonBytes } from '../bounds.ts';
import type { Layer } from '../layer/layer.ts';
import type { Keep } from '../layer/policy.ts';
import { MergedTree } from '../merged-tree.ts';

/** A file inside an archive: where its bytes are. */
export interface Member {
  offset: number;
  size: number;
}

/** Members that are listed when an archive is searched for what is left of it. */
const maxNames = 10_000;

/**
 * The files of an archive that holds an image. Such an archive is read as a layer is, so names are cleaned, later
 * members replace earlier ones, and links between members are followed, never out of it.
 */
export class Members {
  readonly #tree: MergedTree;
  readonly #rootfs: Rootfs;

  constructor(archive: Layer) {
    this.#tree = new MergedTree([archive]);
    this.#rootfs = new Rootfs(this.#tree);
  }

  get(name: string): Member | undefined {
    const path = this.#rootfs.resolve(`/${name}`);
    const found = path === undefined ? undefined : this.#tree.fileRecord(path);
    if (found === undefined) return undefined;
    const { index } = found.layer;
    if ((index.sparse[found.record] as number) >= 0) return undefined;
    return { offset: index.dataOffset[found.record] as number, size: index.size[found.record] as number };
  }

  /** A whole small member; undefined when there is none, it is larger, or the archive ends inside it. */
  read(name: string, limit: number): Buffer | undefined {
    const body = this.#rootfs.read(`/${name}`, limit);
    return body && 'bytes' in body && !body.truncated ? Buffer.from(body.bytes) : undefined;
  }

  /** Names of all members, without the leading slash; only so many. */
  names(): string[] {
    const names: string[] = [];
    const walk = (dir: string) => {
      for (const name of this.#tree.names(dir)) {
        const path = posix.join(dir, name);
        if (names.length >= maxNames) return;
        if (this.#tree.entry(path)?.type === 'directory') walk(path);
        else names.push(path.slice(1));
      }
    };
    walk('/');
    return names;
  }
}

/** Members that are kept beside the index of an archive whose bytes are hard to get at again. */
export function keepDocument(path: string, size: number): Keep {
  const isDocument = /\.json$|^oci-layout$|^blobs\/sha256\/[0-9a-f]{64}$|\/json$/.test(path);
  return isDocument && size <= jsonBytes ? 'yes' : 'no';
}
