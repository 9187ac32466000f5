import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { randomPorts } from './container.ts';

/** A socket that listens, or for UDP one that is bound and not connected. */
export interface KernelSocket {
  /** `tcp 0.0.0.0:80`, `tcp6 [::1]:80`, `udp …`, `udp6 …`, `unix /path`, `unix @name`; port 0 where the kernel chose it. */
  text: string;
  inode: string;
}

export interface KernelProcess {
  pid: number;
  /** Its id in its own namespace. */
  inside: string;
  /** Path of its executable on the host; empty for one that has just ended. */
  exe: string;
  state: string;
  /** Processor time used, in clock ticks. */
  ticks: number;
}

/** Sockets of the network namespace of a process. */
export function listeningSockets(pid: number): KernelSocket[] {
  const internet = (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((table) =>
    rows(pid, table).flatMap(([, local = '', remote = '', state, , , , , , inode = '']) => {
      const listening = table.startsWith('tcp')
        ? state === '0A'
        : /^0+:0000$/.test(remote) && !isSender(local);
      return listening ? [{ text: `${table} ${address(local)}`, inode }] : [];
    }),
  );
  // Columns: Num RefCount Protocol Flags Type St Inode Path. Flag 0x10000 is __SO_ACCEPTCON; type 2 is SOCK_DGRAM,
  // state 1 is SS_UNCONNECTED: a named datagram socket takes messages without listen(2).
  const local = rows(pid, 'unix').flatMap(([, , , flags = '', type, state, inode = '', ...path]) => {
    const accepts = (Number.parseInt(flags, 16) & 0x10000) !== 0;
    const receives = type === '0002' && state === '01' && path.length > 0;
    // An abstract name may be filled up with NULs, which the table shows as `@`.
    const name = path.join(' ').replace(/^(@.*?)@+$/, '$1');
    return accepts || receives ? [{ text: `unix ${name}`, inode }] : [];
  });
  return [...internet, ...local];
}

/** Inodes of IPv6 sockets that take no IPv4 (IPV6_V6ONLY), which no table under /proc tells. */
export function v6OnlyInodes(pid: number): Set<string> {
  const text = execFileSync('nsenter', [`--net=/proc/${pid}/ns/net`, 'ss', '-lntueH'], { encoding: 'utf8' });
  return new Set([...text.matchAll(/ ino:(\d+) .*\bv6only:1\b/g)].map((match) => match[1] as string));
}

/** All processes of the process namespace that `pid` is in. */
export function processesWith(pid: number): KernelProcess[] {
  const namespace = link(`/proc/${pid}/ns/pid`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && namespace !== '' && link(`/proc/${name}/ns/pid`) === namespace)
    .map((name) => ({
      pid: Number(name),
      inside: /^NSpid:.*\t(\d+)$/m.exec(read(`/proc/${name}/status`))?.[1] ?? name,
      exe: link(`/proc/${name}/exe`),
      ...stat(name),
    }));
}

/** Which of the processes hold which sockets open: inode → executables, each once. */
export function owners(processes: readonly KernelProcess[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { pid, exe } of processes)
    for (const fd of entries(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined && exe !== '') found.set(inode, (found.get(inode) ?? new Set()).add(exe));
    }
  return found;
}

/** Address and port of a kernel table: hexadecimal, each 32-bit word in the machine's byte order. */
export function address(hex: string): string {
  const [bytes = '', port = ''] = hex.split(':');
  const words = (bytes.match(/.{8}/g) ?? []).map((word) => word.match(/../g)?.reverse().join('') ?? '');
  const number = Number.parseInt(port, 16);
  const shown = number >= randomPorts.first && number <= randomPorts.last ? 0 : number;
  const host = words.length === 1 ? ipv4(words[0] as string) : `[${ipv6(words.join(''))}]`;
  return `${host}:${shown}`;
}

/** Whether the kernel chose a UDP socket's port, as it does when a program sends: nobody could know where to send to it. */
function isSender(local: string): boolean {
  return address(local).endsWith(':0');
}

function ipv4(hex: string): string {
  return (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');
}

function ipv6(hex: string): string {
  const mapped = /^0{20}ffff(.{8})$/i.exec(hex)?.[1];
  if (mapped !== undefined) return `::ffff:${ipv4(mapped)}`;
  return new URL(`http://[${hex.match(/.{4}/g)?.join(':')}]`).hostname.slice(1, -1);
}

function rows(pid: number, table: string): string[][] {
  const lines = read(`/proc/${pid}/net/${table}`).trimEnd().split('\n').slice(1);
  return lines.map((line) => line.trim().split(/\s+/));
}

function stat(name: string): { state: string; ticks: number } {
  // The command in parentheses may hold anything, so fields are counted from the last parenthesis.
  const fields = read(`/proc/${name}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return { state: fields[0] ?? '', ticks: Number(fields[11]) + Number(fields[12]) };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

function entries(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
