import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fchownSync, openSync, readFileSync } from 'node:fs';
import { findUser } from './accounts.ts';
import type { View } from './view.ts';

/** How a command runs inside a view. */
export interface Run {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  user: string;
  cwd: string;
  hosts: readonly string[];
  ipv6: boolean;
  /** Whether the namespace outlives the command: what it left in the background goes on. */
  keep: boolean;
}

export interface Container {
  /** The host's process id of the namespace's first process; undefined once everything has ended. */
  readonly pid: number | undefined;
  /** Exit status of the command; undefined while it runs. */
  readonly status: number | undefined;
  /** What the command and its children printed so far. */
  readonly output: string;
  readonly ended: Promise<void>;
  /** Ends every process of the namespace. */
  stop(): Promise<void>;
}

export const hostname = 'berth';

/** Ports that the kernel chooses in the namespace; no case may name one of them. */
export const randomPorts = { first: 64000, last: 64999 };

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Prepares mounts and network as a container engine does, then becomes the command, or with KEEP waits for it and stays.
 * Descriptor 3 tells `ready` and the command's exit status.
 */
const initScript = `
set -e
mount -t proc proc "$ROOT/proc"
mount -t tmpfs -o mode=755 tmpfs "$ROOT/dev"
for node in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
  read -r name major minor <<<"$node"
  mknod -m 666 "$ROOT/dev/$name" c "$major" "$minor"
done
mkdir "$ROOT/dev/shm" "$ROOT/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$ROOT/dev/pts"
ln -s pts/ptmx "$ROOT/dev/ptmx"
ln -s /proc/self/fd "$ROOT/dev/fd"
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/\${stream%:*}" "$ROOT/dev/\${stream#*:}"; done
hostname ${hostname}
[ "$IPV6" = yes ] || for name in all default lo; do echo 1 >"/proc/sys/net/ipv6/conf/$name/disable_ipv6"; done
ip link set lo up
ip link add eth0 type veth peer name peer0
[ "$IPV6" = yes ] || echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
ip link set eth0 up
ip link set peer0 up
for address in $ADDRESSES; do
  case $address in *:*) ip addr add "$address/64" dev eth0 nodad ;; *) ip addr add "$address/24" dev eth0 ;; esac
done
echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
echo '${randomPorts.first} ${randomPorts.last}' >/proc/sys/net/ipv4/ip_local_port_range
echo ready >&3
[ "$KEEP" = yes ] || exec "$@" 3>&-
set +e
"$@" 3>&-
echo "$?" >&3
exec 3>&- sleep infinity
`;

/** Starts a command in new namespaces, chrooted into the view, as the container's first process. */
export function startContainer(view: View, run: Run): Container {
  const unshare = ['--mount', '--pid', '--net', '--uts', '--ipc', '--fork', '--kill-child=KILL'];
  const output = openLog(view, run);
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      'unshare',
      ...unshare,
      'bash',
      '-c',
      initScript,
      'init',
      ...insideCommand(view, run),
    ],
    { stdio: ['ignore', output, output, 'pipe'], env: initEnvironment(view, run) },
  );
  closeSync(output);
  return watch(child, view.log);
}

/** A file, not Node's socket, so that `/dev/stdout` can be opened by its name; it belongs to the container's user. */
function openLog(view: View, run: Run): number {
  const file = openSync(view.log, 'a');
  const { uid, gid } = findUser(view.root, run.user);
  fchownSync(file, uid, gid);
  return file;
}

function initEnvironment(view: View, run: Run): Record<string, string> {
  const addresses = ['10.9.0.2', 'fd00:9::2', ...run.hosts].filter(
    (address) => run.ipv6 || !address.includes(':'),
  );
  return {
    PATH: path,
    ROOT: view.root,
    IPV6: run.ipv6 ? 'yes' : 'no',
    KEEP: run.keep ? 'yes' : 'no',
    ADDRESSES: addresses.join(' '),
  };
}

/** The words that enter the view and become the command, with exactly its environment, user and folder. */
function insideCommand(view: View, run: Run): string[] {
  const user = findUser(view.root, run.user);
  const env = { PATH: path, HOSTNAME: hostname, HOME: user.home, ...run.env };
  const groups = user.groups.length > 0 ? `--groups=${user.groups.join(',')}` : '--clear-groups';
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, groups];
  return [
    ...['env', '-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
    ...['/usr/bin/unshare', `--root=${view.root}`, `--wd=${run.cwd}`, '--'],
    ...(user.uid === 0 && user.gid === 0 ? [] : ['/usr/bin/setpriv', ...identity, '--']),
    ...run.command,
  ];
}

function watch(child: ChildProcess, log: string): Container {
  let reports = '';
  let exit: number | undefined;
  (child.stdio[3] as NodeJS.ReadableStream).setEncoding('utf8').on('data', (text: string) => {
    reports += text;
  });
  const ended = once(child, 'close').then(() => undefined);
  child.once('exit', (code) => {
    exit = code ?? 128;
  });
  return {
    get pid() {
      return exit === undefined && reports.includes('ready') ? firstChild(child.pid) : undefined;
    },
    get status() {
      const reported = /^\d+$/m.exec(reports)?.[0];
      return reported === undefined ? exit : Number(reported);
    },
    get output() {
      return readFileSync(log, 'utf8').slice(-20_000);
    },
    ended,
    async stop() {
      const first = firstChild(child.pid);
      if (first !== undefined) kill(first);
      if (child.pid !== undefined && exit === undefined) kill(child.pid);
      await ended;
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}

function firstChild(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return first ? Number(first) : undefined;
  } catch {
    return undefined;
  }
}
