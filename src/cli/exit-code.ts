/** What the program tells its caller; a contract. */
export const exitCode = {
  done: 0,
  /** What was asked for does not hold: `--fail-on`, packs that fail lint or their cases. */
  failed: 1,
  /** Wrong usage, or a source that can't be read. */
  unusable: 2,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
