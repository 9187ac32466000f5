import { createHash } from 'node:crypto';
import { closeSync, existsSync, readSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import type { Origin } from '../../model/observation.ts';
import { FolderTree } from '../../rootfs/folder.ts';
import { type Overlay, rootOverlay } from './mounts.ts';
import { procDir, readProcText } from './read.ts';

/** A file as a process has it. */
export interface SeenFile {
  /** In the process's own root. */
  path: string;
  device: number;
  isUnlinked: boolean;
}

/** What lies over what in the root of one process. */
export class RootView {
  readonly #pid: number;
  readonly #rootDevice: number | undefined;
  #overlay: { found: Overlay | undefined } | undefined;

  constructor(pid: number) {
    this.#pid = pid;
    this.#rootDevice = deviceOf(`${procDir}/${pid}/root/`);
  }

  /**
   * Where a file came from. Only what changes a file's content counts as a change of it: a copy in the writable layer
   * that equals the image's file is the image's.
   */
  originOf({ path, device, isUnlinked }: SeenFile): Origin {
    if (isUnlinked || path.startsWith('memfd:')) return 'memory';
    if (device !== this.#rootDevice) return 'mount';
    const { upper, lower = [] } = this.#rootOverlay() ?? {};
    if (upper === undefined) return 'image';
    return isChanged(path, upper, lower) ? 'writable-layer' : 'image';
  }

  /** The list of mounts may be long, and is not always needed. */
  #rootOverlay(): Overlay | undefined {
    this.#overlay ??= {
      found: rootOverlay(readProcText(`${procDir}/${this.#pid}/mountinfo`, 1024 * 1024) ?? ''),
    };
    return this.#overlay.found;
  }
}

function deviceOf(path: string): number | undefined {
  try {
    return statSync(path).dev;
  } catch {
    return undefined;
  }
}

/** Whether the writable layer has the file, and no lower one the same content. */
function isChanged(path: string, upper: string, lower: readonly string[]): boolean {
  const mine = within(upper, (tree) => digest(tree, path));
  if (mine === undefined) return false;
  for (const folder of lower) {
    // Docker may name them relative to the folder that holds all layers.
    const place = folder.startsWith('/') ? folder : posix.join(posix.dirname(posix.dirname(upper)), folder);
    const theirs = within(place, (tree) => digest(tree, path));
    if (theirs !== undefined) return theirs !== mine;
  }
  return true;
}

/** The host's own path, also where this process has another root than the host. */
function within<T>(folder: string, look: (tree: FolderTree) => T): T | undefined {
  let tree: FolderTree;
  try {
    tree = new FolderTree(existsSync(folder) ? folder : `${procDir}/1/root${folder}`);
  } catch {
    return undefined;
  }
  try {
    return look(tree);
  } finally {
    tree.close();
  }
}

/** Bytes of an executable that are compared. */
const mostBytes = 512 * 1024 * 1024;

const piece = Buffer.allocUnsafeSlow(256 * 1024);

/** Of a file's content; undefined where there is no such file. */
function digest(tree: FolderTree, path: string): string | undefined {
  const fd = tree.open(path);
  if (fd === undefined) return undefined;
  try {
    const hash = createHash('sha256');
    for (let at = 0; at < mostBytes; ) {
      const count = readSync(fd, piece, 0, piece.length, at);
      if (count === 0) break;
      hash.update(piece.subarray(0, count));
      at += count;
    }
    return hash.digest('hex');
  } finally {
    closeSync(fd);
  }
}
