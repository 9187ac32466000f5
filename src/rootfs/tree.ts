/** What a rootfs is made of. Paths are canonical: absolute, no `.`/`..`, no links in any parent. */

export type FileType = 'file' | 'directory' | 'symlink' | 'other';

export interface FileEntry {
  type: FileType;
  /** Bytes of a regular file. */
  size: number;
  /** Permission bits, for instance 0o755. */
  mode: number;
  uid: number;
  gid: number;
  /** Where a symlink points, verbatim. */
  target?: string;
  /** Who made the file, when it did not come with the image: `/docker-entrypoint.sh:42`. */
  origin?: string;
}

export type Body =
  | { bytes: Uint8Array; truncated: boolean }
  /** `pending`: not loaded yet, the driver loads it and evaluates again. */
  | { missing: 'pending' | 'unreadable'; reason: string };

/** The primitive that every kind of rootfs offers. Never follows links; never leaves its root; never throws. */
export interface FileTree {
  entry(path: string): FileEntry | undefined;
  /** Names in a directory, in byte order; empty where there is none. */
  names(path: string): readonly string[];
  /** At most `limit` bytes of a regular file. */
  body(path: string, limit: number): Body;
}
