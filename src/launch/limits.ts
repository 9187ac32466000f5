/** Bounds on what following an entrypoint may cost. Scripts are as hostile as everything else in an image. */
export const launchLimits = {
  /** Steps of all evaluations of one start: commands, words, and text worked on. About one second. */
  steps: 1_000_000,
  /** Ways through the scripts that are walked where conditions can't be known. */
  paths: 64,
  /** Times that a start which fails for certain is read on as if a check had passed. */
  repairs: 12,
  /** Scripts, functions, substitutions and wrappers inside each other. */
  nesting: 200,
  /** Syntax nodes inside each other, over all scripts that are open. */
  depth: 900,
  /** Bytes of one script. */
  scriptBytes: 256 * 1024,
  /** Brackets inside each other in one script, and here-documents in it. */
  scriptDepth: 50,
  hereDocuments: 1_000,
  /** Characters of one value: a variable, the output of a command, a file that a script writes. */
  text: 1024 * 1024,
  /** Words of one command, elements of one array. */
  words: 20_000,
  /** Bytes that scripts may write in all, and files that they may change. */
  written: 32 * 1024 * 1024,
  changes: 20_000,
  /** Launches of one path. */
  launches: 200,
  /** Longest path (Linux: PATH_MAX). */
  path: 4096,
  /** Characters of work that count as one step. */
  textPerStep: 32,
} as const;
