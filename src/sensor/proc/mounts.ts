/** Folders that an overlay lays over each other. */
export interface Overlay {
  /** Takes the changes; left out where it is read-only. */
  upper?: string;
  /** The one that covers the others first. */
  lower: readonly string[];
}

/**
 * The overlay that a process sees at `/`, by its mountinfo (proc_pid_mountinfo(5)); undefined where there is another
 * file system.
 */
export function rootOverlay(mountinfo: string): Overlay | undefined {
  // The last one there covers the others. A blank within a field is written as digits.
  const line = mountinfo.split('\n').findLast((each) => /^(\S+ ){4}\/ /.test(each));
  const [type, , options = ''] = line?.split(' - ', 2)[1]?.split(' ') ?? [];
  return type === 'overlay' ? foldersOf(options) : undefined;
}

/** A comma or a colon inside a folder's name stands behind a backslash. */
function foldersOf(options: string): Overlay {
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
