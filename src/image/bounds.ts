/** Bounds on what is read from an image source. Everything there is hostile. */
export interface Bounds {
  /** Files, directories and links of one image. */
  entries: number;
  /** Bytes of all names of one image. */
  nameBytes: number;
  /** Bytes that one layer may inflate to. */
  inflatedBytes: number;
  /** Inflated ÷ compressed bytes, looked at once `ratioAfter` bytes were inflated (gzip itself ends at 1032). */
  ratio: number;
  ratioAfter: number;
  /** Milliseconds for one layer. */
  layerTime: number;
  /** Bytes of all bodies of one layer that are kept. */
  keptBytes: number;
  /** Bytes of one body that `load` keeps. */
  bodyBytes: number;
  /** Layers of one image. */
  layers: number;
  /** Members of an archive that holds an image. */
  members: number;
  /** Bytes of a temporary copy of an archive. */
  spoolBytes: number;
  /** As `ratio`, for an archive that is compressed as a whole: it goes to the disk. */
  spoolRatio: number;
}

export const defaultBounds: Bounds = {
  entries: 2_000_000,
  nameBytes: 256 * 1024 * 1024,
  inflatedBytes: 64 * 1024 ** 3,
  ratio: 1_100,
  ratioAfter: 1024 ** 3,
  layerTime: 15 * 60_000,
  keptBytes: 128 * 1024 * 1024,
  bodyBytes: 64 * 1024 * 1024,
  layers: 1_000,
  members: 200_000,
  spoolBytes: 64 * 1024 ** 3,
  spoolRatio: 250,
};

/** Bytes of one manifest, index or image config. */
export const jsonBytes = 4 * 1024 * 1024;
/** Nesting of one of these. */
export const jsonDepth = 64;

/** What is left of an image's bounds on names, shared by all its layers. */
export class Budget {
  entries: number;
  nameBytes: number;

  constructor(bounds: Bounds) {
    this.entries = bounds.entries;
    this.nameBytes = bounds.nameBytes;
  }
}
