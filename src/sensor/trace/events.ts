/** A TCP socket that enters LISTEN. The kernel tells before it chose a port where none was bound. */
export interface ListenEvent {
  kind: 'listen';
  /** A thread's id, as the host counts. */
  tid: number;
  address: string;
  /** 0 where it was not bound. */
  port: number;
  /** Seconds of the monotonic clock. */
  time: number;
}

export type TraceEvent =
  | ListenEvent
  | { kind: 'fork'; parent: number; child: number }
  | { kind: 'exec'; pid: number }
  | { kind: 'exit'; pid: number }
  /** Events that a full buffer pushed out. */
  | { kind: 'lost'; count: number };

/**
 * One line of trace_pipe. The first field is a name that the process chose, with any byte in it but at most 15 of them;
 * what is read here stands after the last thing that could be part of one.
 */
export function parseEvent(line: string): TraceEvent | undefined {
  const lost = /\[LOST (\d+) EVENTS\]/.exec(line);
  if (lost !== null && line.startsWith('CPU:')) return { kind: 'lost', count: Number(lost[1]) };
  const head = /-(\d+) +\[\d+\] \S+ +(\d+\.\d+): ([a-z_]+): /.exec(line);
  if (head === null) return undefined;
  const [{ length }, tid, time, name] = head as unknown as [string, string, string, string];
  const fields = line.slice(head.index + length);
  if (name === 'inet_sock_set_state') return parseListen(Number(tid), Number(time), fields);
  if (name === 'sched_process_fork') return parseFork(Number(tid), fields);
  if (name === 'sched_process_exec') return { kind: 'exec', pid: Number(tid) };
  if (name === 'sched_process_exit') return { kind: 'exit', pid: Number(tid) };
  return undefined;
}

function parseListen(tid: number, time: number, fields: string): ListenEvent | undefined {
  const found = /^family=(\w+) protocol=\w+ sport=(\d+) dport=\d+ saddr=(\S+) daddr=\S+ saddrv6=(\S+) /.exec(
    fields,
  );
  if (found === null) return undefined;
  const [, family, port, v4 = '', v6 = ''] = found;
  return { kind: 'listen', tid, address: family === 'AF_INET' ? v4 : v6, port: Number(port), time };
}

/** `comm=NAME pid=7 child_comm=NAME child_pid=8`: the last field can't be made up by a name before it. */
function parseFork(parent: number, fields: string): TraceEvent | undefined {
  const child = / child_pid=(\d+)\s*$/.exec(fields)?.[1];
  return child === undefined ? undefined : { kind: 'fork', parent, child: Number(child) };
}
