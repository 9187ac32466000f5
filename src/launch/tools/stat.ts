import type { Look } from '../files.ts';
import { groups, passwd } from '../users.ts';
import type { Call, Tool } from './call.ts';

type FoundFile = Exclude<Look, string>;

const kinds: Readonly<Record<string, string>> = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  other: 'character special file',
};

/** `stat -c FORMAT`: kind, owner, mode, size and name; times and numbers of the file system can't be known. */
export const stat: Tool = (call) => {
  const options = call.options({
    short: 'c:Lft',
    long: { format: true, printf: true, dereference: false, 'file-system': false, terse: false },
  });
  const format = options?.value('c', 'format', 'printf');
  if (options === undefined || options.has('f', 't', 'file-system', 'terse')) return call.unknown();
  const end = options.value('printf') === undefined ? '\n' : '';
  let status = 0;
  for (const path of options.rest) {
    const follow = options.has('L', 'dereference');
    const found = follow ? call.files.look(call.path(path)) : call.files.lookLink(call.path(path));
    if (found === 'unknown') return call.unknown();
    if (found === 'missing') {
      status = call.fail(`cannot statx '${path}': No such file or directory`) ?? 1;
      continue;
    }
    if (format === undefined) call.out(`${call.asUnknown}\n`);
    else call.out(filled(call, format.replace(/\\n/g, '\n').replace(/\\t/g, '\t'), path, found) + end);
  }
  return status;
};

function filled(call: Call, format: string, path: string, found: FoundFile): string {
  const { rootfs } = call.files;
  const values: Readonly<Record<string, () => string>> = {
    F: () => (found.type === 'file' && found.size === 0 ? 'regular empty file' : (kinds[found.type] ?? '')),
    U: () => passwd(rootfs).find(({ uid }) => uid === found.uid)?.name ?? 'UNKNOWN',
    G: () => groups(rootfs).find(({ gid }) => gid === found.gid)?.name ?? 'UNKNOWN',
    u: () => String(found.uid),
    g: () => String(found.gid),
    a: () => (found.mode & 0o7777).toString(8),
    s: () => String(found.size),
    n: () => path,
    '%': () => '%',
  };
  return format.replace(/%(.)/g, (_, letter: string) => values[letter]?.() ?? call.asUnknown);
}
