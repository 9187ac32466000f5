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
  /** A TCP socket that leaves LISTEN. */
  | { kind: 'close'; tid: number; address: string; port: number }
  | { kind: 'fork'; parent: number; child: number }
  /** `file`: the path as it was given; left out where it can't be told from what follows. */
  | { kind: 'exec'; pid: number; file?: string }
  | { kind: 'exit'; pid: number }
  /** It was put into a cgroup, one of several where there are several hierarchies. */
  | { kind: 'move'; pid: number; cgroup: string }
  /** Events that a full buffer pushed out. */
  | { kind: 'lost'; count: number };

/** Hands out the events of whole lines as the kernel writes them to trace_pipe. */
export function readEvents(bytes: Buffer, take: (event: TraceEvent) => void): void {
  for (let at = 0, end = 0; at < bytes.length; at = end + 1) {
    end = bytes.indexOf(lineEnd, at);
    if (end < 0) return;
    const event = readLife(bytes, at, end) ?? parseEvent(bytes.toString('latin1', at, end));
    if (event !== undefined) take(event);
  }
}

const lineEnd = 10;
const space = 32;
const dash = 45;
const colon = 58;

/** `%16s-%-7d `: a name has at most 15 bytes, and blanks before it. */
const nameWidth = 16;

/**
 * Programs that start and end are by far the most of all events, so their usual lines are read where they stand.
 * Undefined for any other line.
 */
function readLife(bytes: Buffer, start: number, end: number): TraceEvent | undefined {
  if (bytes[start + nameWidth] !== dash) return undefined;
  const pid = numberAt(bytes, start + nameWidth + 1);
  // `[001] ..... 18.250001: ` stands between: nothing of it is chosen by a program.
  const time = bytes.indexOf(colon, start + nameWidth);
  const name = time + 2;
  if (pid === 0 || time < 0 || name > end || !startsWith(bytes, name, eventPrefix)) return undefined;
  const rest = name + eventPrefix.length;
  if (startsWith(bytes, rest, exec)) return parseExec(pid, bytes.toString('utf8', rest + exec.length, end));
  if (startsWith(bytes, rest, exit)) return { kind: 'exit', pid };
  if (!startsWith(bytes, rest, fork)) return undefined;
  // `child_pid=8` is the last field, which no name before it can make up.
  let last = end;
  while (bytes[last - 1] === space) last--;
  while (isDigit(bytes[last - 1])) last--;
  const child = numberAt(bytes, last);
  return child === 0 ? undefined : { kind: 'fork', parent: pid, child };
}

const eventPrefix = Buffer.from('sched_process_');
const exec = Buffer.from('exec: ');
const exit = Buffer.from('exit: ');
const fork = Buffer.from('fork: ');

function startsWith(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

/** 0 where there is none. */
function numberAt(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at; isDigit(bytes[i]); i++) value = value * 10 + (bytes[i] as number) - 48;
  return value;
}

/**
 * One line of trace_pipe. The first field is a name that the process chose, with any byte in it but at most 15 of them;
 * what is read here stands after the last thing that could be part of one.
 */
export function parseEvent(line: string): TraceEvent | undefined {
  const lost = /^CPU:\d+ \[LOST (\d+) EVENTS\]/.exec(line);
  if (lost !== null) return { kind: 'lost', count: Number(lost[1]) };
  const head = /-(\d+) +\[\d+\] \S+ +(\d+\.\d+): ([a-z_]+): /.exec(line);
  if (head === null) return undefined;
  const [{ length }, tid, time, name] = head as unknown as [string, string, string, string];
  const fields = line.slice(head.index + length);
  if (name === 'inet_sock_set_state') return parseState(Number(tid), Number(time), fields);
  if (name === 'sched_process_fork') return parseFork(Number(tid), fields);
  if (name === 'sched_process_exec') return parseExec(Number(tid), fields);
  if (name === 'sched_process_exit') return { kind: 'exit', pid: Number(tid) };
  if (name === 'cgroup_attach_task') return parseMove(fields);
  return undefined;
}

const stateFields =
  /^family=(\w+) protocol=(\w+) sport=(\d+) dport=\d+ saddr=(\S+) daddr=\S+ saddrv6=(\S+) .*newstate=(\w+)/;

function parseState(tid: number, time: number, fields: string): TraceEvent | undefined {
  const found = stateFields.exec(fields);
  if (found === null) return undefined;
  const [, family, protocol, sport, v4 = '', v6 = '', state] = found;
  // A second event, of the TCP socket behind it, comes with each of these.
  if (protocol === 'IPPROTO_MPTCP') return undefined;
  const address = family === 'AF_INET' ? v4 : v6.replace(/^::ffff:(?=\d+\.)/, '');
  const port = Number(sport);
  return state === 'TCP_LISTEN'
    ? { kind: 'listen', tid, address, port, time }
    : { kind: 'close', tid, address, port };
}

/** `comm=NAME pid=7 child_comm=NAME child_pid=8`: the last field can't be made up by a name before it. */
function parseFork(parent: number, fields: string): TraceEvent | undefined {
  const child = / child_pid=(\d+)\s*$/.exec(fields)?.[1];
  return child === undefined ? undefined : { kind: 'fork', parent, child: Number(child) };
}

/** `filename=PATH pid=8 old_pid=8`: the last fields can't be made up by a path before them. */
function parseExec(pid: number, fields: string): TraceEvent {
  const file = /^filename=(.+) pid=\d+ old_pid=\d+\s*$/.exec(fields)?.[1];
  return file === undefined ? { kind: 'exec', pid } : { kind: 'exec', pid, file };
}

/** `dst_root=1 dst_id=2 dst_level=3 dst_path=PATH pid=8 comm=NAME`: neither may look like what stands between them. */
function parseMove(fields: string): TraceEvent | undefined {
  const [, cgroup, pid, name] = / dst_path=(\/.*?) pid=(\d+) comm=(.*)$/s.exec(fields) ?? [];
  if (cgroup === undefined || name === undefined || name.includes(' comm=')) return undefined;
  return { kind: 'move', pid: Number(pid), cgroup };
}
