/** Bounds on what is read from images, containers and networks. Everything there is hostile. */
export const limits = {
  /** Symbolic links followed in one path (Linux: MAXSYMLINKS). */
  symlinks: 40,
  /** Bytes of one config file or script that are read; the rest is reported as not read. */
  configBytes: 4 * 1024 * 1024,
  /** Bytes of one executable that are searched for compiled-in defaults. */
  executableBytes: 64 * 1024 * 1024,
  /** Config files that one launch may include. */
  configFiles: 2_000,
  /** Bytes of all config files of one launch. */
  configTotalBytes: 32 * 1024 * 1024,
  /** Depth of includes, and of blocks in one file. */
  configDepth: 100,
  /** Nodes of all config trees of one launch. */
  configNodes: 500_000,
  /** Findings of one kind for one launch. */
  findings: 50,
  /** Listeners of one launch. */
  listeners: 20_000,
} as const;
