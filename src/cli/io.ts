/** Where the command line reads from and writes to; tests put their own in place. */
export interface Io {
  out: Output;
  err: Output;
  env: Readonly<Record<string, string | undefined>>;
}

export interface Output {
  write(text: string): void;
  isTerminal: boolean;
  /** Columns of the terminal; undefined where it is none. */
  columns: number | undefined;
}

/** This process's streams. A reader that went away (`| head`) ends the program silently. */
export function systemIo(): Io {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
  return { out: outputOf(process.stdout), err: outputOf(process.stderr), env: process.env };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY ? stream.columns : undefined,
  };
}
