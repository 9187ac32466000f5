/** What is needed of /proc/PID/stat (proc_pid_stat(5)). */
export interface ProcessStat {
  /** Chosen by the process; proves nothing. */
  comm: string;
  /** `R`, `S`, `Z` … */
  state: string;
  parent: number;
  /** Clock ticks since the host started. */
  startTime: number;
}

/** The name may hold any byte, brackets and line ends too; nothing after its closing bracket does. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  // From field 3 on.
  const fields = text.slice(close + 2).split(' ');
  const [state = '', parent] = fields;
  const startTime = Number(fields[19]);
  if (parent === undefined || !Number.isSafeInteger(startTime)) return undefined;
  return { comm: text.slice(open + 1, close), state, parent: Number(parent), startTime };
}
