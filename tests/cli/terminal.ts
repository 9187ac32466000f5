import { run } from '../../src/cli/run.ts';

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs the command line in this process, as on a terminal of that many columns, or piped when none are given. */
export async function berthwatch(
  argv: readonly string[],
  options: { columns?: number; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const outcome: Outcome = { code: -1, out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({
    write: (text: string) => {
      outcome[name] += text;
    },
    isTerminal: options.columns !== undefined,
    columns: options.columns,
  });
  outcome.code = await run(argv, { out: sink('out'), err: sink('err'), env: options.env ?? {} });
  return outcome;
}
