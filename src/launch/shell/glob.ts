import { isUnknown } from '../../model/unknown.ts';
import { byteOrder } from '../../rootfs/rootfs.ts';
import type { Files } from '../files.ts';
import { launchLimits } from '../limits.ts';
import { hasMagic, matchesPattern, unquotePattern } from './patterns.ts';

/**
 * Pathname expansion: the paths that match a pattern, written as the pattern writes them, in byte order.
 * Undefined where a folder's content can't be known.
 */
export function globPaths(
  files: Files,
  pattern: string,
  cwd: string,
  dotfiles: boolean,
): string[] | undefined {
  if (isUnknown(pattern) || pattern.length > launchLimits.path) return undefined;
  const root = pattern.startsWith('/') ? '/' : '';
  const absolute = (path: string) => (path.startsWith('/') ? path : `${cwd === '/' ? '' : cwd}/${path}`);
  let found = [root];
  const parts = pattern
    .split(/\/+/)
    .filter((part, index, all) => part !== '' || (index > 0 && index === all.length - 1));
  for (const part of parts) {
    const next: string[] = [];
    for (const base of found) {
      const below = matchIn(files, base, part, absolute, dotfiles);
      if (below === undefined) return undefined;
      next.push(...below);
      if (next.length > launchLimits.words) return next;
    }
    found = next;
  }
  return found.sort(byteOrder);
}

function matchIn(
  files: Files,
  base: string,
  part: string,
  absolute: (path: string) => string,
  dotfiles: boolean,
): string[] | undefined {
  const join = (name: string) => (base === '' || base.endsWith('/') ? base + name : `${base}/${name}`);
  if (part === '') return files.isDirectory(absolute(base)) ? [`${base}/`] : [];
  if (!hasMagic(part)) {
    const path = join(unquotePattern(part));
    return files.lookLink(absolute(path)) === 'missing' ? [] : [path];
  }
  const names = files.list(absolute(base === '' ? '.' : base));
  const hidden = dotfiles || part.startsWith('.') || part.startsWith('\\.');
  return names
    ?.filter((name) => (hidden || !name.startsWith('.')) && matchesPattern(part, name) === true)
    .map(join);
}
