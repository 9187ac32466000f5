/** Signals in the order of their numbers, from 1 on. */
const names = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU ' +
  'URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS'
).split(' ');

/** Other signals are left to the server to make something of, which goes on in any case. */
const deadly: ReadonlySet<string> = new Set(['TERM', 'INT', 'QUIT', 'KILL']);

/** What a signal does to a server: servers take SIGHUP as a wish to read their files again. */
export type SignalEffect = 'asks' | 'ends' | 'reloads' | 'none';

/** The effect of a signal, given as number or name, with or without `SIG`; undefined: there is no such signal. */
function effectOf(signal: string): SignalEffect | undefined {
  if (/^0+$/.test(signal)) return 'asks';
  const name = /^\d+$/.test(signal) ? names[Number(signal) - 1] : signal.toUpperCase().replace(/^SIG/, '');
  if (name === undefined || !(names.includes(name) || /^RT(?:MIN|MAX)/.test(name))) return undefined;
  if (name === 'HUP') return 'reloads';
  return deadly.has(name) ? 'ends' : 'none';
}

/** Arguments of `kill` and its like: the effect of the signal, and the arguments without it. */
export function readSignal(args: readonly string[]): { effect: SignalEffect; rest: readonly string[] } {
  const [first = '', second = ''] = args;
  const long = /^--signal(?:=(.*))?$/s.exec(first);
  if (first === '-s' || first === '-n' || (long && long[1] === undefined)) {
    return { effect: effectOf(second) ?? 'ends', rest: args.slice(2) };
  }
  const effect =
    long?.[1] !== undefined ? effectOf(long[1]) : first.startsWith('-') && effectOf(first.slice(1));
  return effect ? { effect, rest: args.slice(1) } : { effect: 'ends', rest: args };
}
