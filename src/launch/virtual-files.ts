import { unknownText } from './texts.ts';

/** A file that the container's runtime or the kernel makes, whatever the image holds at its path. */
export type VirtualFile =
  | { type: 'file' | 'directory' | 'other'; text: string }
  /** Whether it exists can't be known. */
  | 'unknown'
  | 'missing';

const file = (path: string): VirtualFile => ({ type: 'file', text: unknownText(path) });
const directory: VirtualFile = { type: 'directory', text: '' };

/** Files of /proc that every container has, with content that differs from host to host. */
const procFiles =
  /^\/proc\/(cpuinfo|meminfo|mounts|version|uptime|loadavg|stat|filesystems|cmdline|swaps|vmstat|(self|1)\/(status|cmdline|environ|cgroup|mounts|mountinfo|limits|stat|comm|maps)|net\/(tcp|udp|unix|dev|route|tcp6|udp6)|sys\/(kernel|vm|fs|net)\/.+)$/;
const procDirectories = /^\/proc(\/(self|1|net|sys|self\/fd|sys\/(kernel|vm|fs|net)))?$/;

/** Written by the engine over what the image has. */
const engineFiles = new Set(['/etc/resolv.conf', '/etc/hosts', '/etc/hostname']);

/** What stands at `path` (absolute, no `.` or `..`) by the runtime's doing; undefined where the image decides. */
export function virtualFile(path: string, options: { ipv6: boolean }): VirtualFile | undefined {
  if (path === '/proc' || path.startsWith('/proc/')) return procFile(path, options.ipv6);
  if (path === '/sys' || path === '/sys/fs' || path === '/sys/class' || path === '/sys/fs/cgroup') {
    return directory;
  }
  if (path.startsWith('/sys/')) return 'unknown';
  if (path === '/dev' || path.startsWith('/dev/')) return devFile(path);
  if (engineFiles.has(path)) return file(path);
  if (path === '/.dockerenv' || path === '/run/.containerenv') return 'unknown';
  return undefined;
}

function procFile(path: string, ipv6: boolean): VirtualFile {
  if (path === '/proc/net/if_inet6' || path === '/proc/self/net/if_inet6')
    return ipv6 ? file(path) : 'missing';
  if (procDirectories.test(path)) return directory;
  if (procFiles.test(path)) return file(path);
  return 'unknown';
}

function devFile(path: string): VirtualFile {
  if (/^\/dev(\/(shm|pts|mqueue|fd))?$/.test(path)) return directory;
  if (path === '/dev/null') return { type: 'other', text: '' };
  if (/^\/dev\/(zero|full|random|urandom)$/.test(path)) return { type: 'other', text: unknownText(path) };
  if (/^\/dev\/(stdin|stdout|stderr|tty|ptmx|console|fd\/[0-2])$/.test(path))
    return { type: 'other', text: '' };
  return 'unknown';
}
