/** One line of /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
export interface MountLine {
  /** `major:minor`. */
  device: string;
  /** The folder of the file system that is mounted. */
  root: string;
  /** In the process's own root. */
  target: string;
  type: string;
  source: string;
  isReadOnly: boolean;
  /** Of an overlay: its folders, upper first in `lower`. */
  upper?: string;
  lower?: readonly string[];
}

/** In the order of the file; lines that can't be read are left out. */
export function parseMounts(text: string): MountLine[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

/** The mount that the process sees at `/`: the last one there covers the others. */
export function rootMount(mounts: readonly MountLine[]): MountLine | undefined {
  return mounts.findLast(({ target }) => target === '/');
}

/** The mount that holds a path: of those with the longest target the last. */
export function mountOf(mounts: readonly MountLine[], path: string): MountLine | undefined {
  let found: MountLine | undefined;
  for (const mount of mounts) {
    const { target } = mount;
    const holds = target === '/' || path === target || path.startsWith(`${target}/`);
    if (holds && target.length >= (found?.target.length ?? 0)) found = mount;
  }
  return found;
}

function parseLine(line: string): MountLine | undefined {
  const [before = '', after] = line.split(' - ', 2);
  const [, , device, root, target, options] = before.split(' ');
  const [type, source = '', superOptions = ''] = after?.split(' ') ?? [];
  if (device === undefined || root === undefined || target === undefined || type === undefined)
    return undefined;
  const mount: MountLine = {
    device,
    root: fromOctal(root),
    target: fromOctal(target),
    type,
    source: fromOctal(source),
    isReadOnly: (options ?? '').split(',').includes('ro'),
  };
  return type === 'overlay' ? { ...mount, ...overlayFolders(superOptions) } : mount;
}

/** A comma or a colon inside a folder's name stands behind a backslash. */
function overlayFolders(options: string): Pick<MountLine, 'upper' | 'lower'> {
  const parts = splitUnescaped(options, ',').map(fromOctal);
  const optionOf = (name: string) =>
    parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  const upper = optionOf('upperdir');
  const lower = optionOf('lowerdir');
  // Linux 6.8 shows each lower folder by itself.
  const single = parts.flatMap((part) => (part.startsWith('lowerdir+=') ? [plain(part.slice(10))] : []));
  return {
    ...(upper === undefined ? {} : { upper: plain(upper) }),
    lower: [...(lower === undefined ? [] : splitUnescaped(lower, ':').map(plain)), ...single],
  };
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts = [''];
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === separator) parts.push('');
    else parts[parts.length - 1] += char === '\\' ? char + (text[++i] ?? '') : char;
  }
  return parts.filter((part) => part !== '');
}

function plain(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

/** The kernel writes space, tab, line end and backslash as three octal digits. */
function fromOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
