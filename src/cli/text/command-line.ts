/** A command line as one would type it in a shell. */
export function commandLine(argv: readonly string[]): string {
  return argv
    .map((word) =>
      word !== '' && /^[\w@%+=:,./⟨⟩$*-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
    )
    .join(' ');
}
