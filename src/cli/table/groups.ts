import type { Listener } from '../../model/profile.ts';

/** Listeners that one row shows: one, or a run of ports that agree in all else. */
export interface ListenerGroup {
  listener: Listener;
  /** Last port of the run. */
  last: number | undefined;
}

/** Shorter runs are shown port by port. */
const shortestRun = 4;

/** Runs of consecutive ports in one group each, everything else in one of its own; the order stays. */
export function groupRanges(listeners: readonly Listener[]): ListenerGroup[] {
  const runs: Listener[][] = [];
  const open = new Map<string, Listener[]>();
  for (const listener of listeners) {
    const key = keyOf(listener);
    const run = open.get(key);
    if (run && run.at(-1)?.port === listener.port - 1) {
      run.push(listener);
    } else {
      const started = [listener];
      runs.push(started);
      open.set(key, started);
    }
  }
  return runs.flatMap((run) => {
    const [listener] = run as [Listener];
    return run.length < shortestRun
      ? run.map((each) => ({ listener: each, last: undefined }))
      : [{ listener, last: run.at(-1)?.port }];
  });
}

function keyOf({ port: _port, portEnd, ...rest }: Listener): string {
  return portEnd === undefined ? JSON.stringify(rest) : JSON.stringify([rest, _port, portEnd]);
}
