import { matchGlob } from '../base/glob.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { Refusal } from './reasons.ts';

/**
 * The paths that a pattern stands for where a program follows it folder by folder: a name with a pattern in the middle
 * matches real folders only, not links to them, and every folder that matches must lead on. Names without a pattern are
 * not looked up. Throws Refusal where nothing matches, unless that is to be ignored.
 */
export function matchStepwise(rootfs: Rootfs, path: string, ignores: boolean): string[] {
  if (!hasPattern(path)) return [path];
  return follow(rootfs, '/', path.split('/').filter(Boolean), ignores);
}

function follow(rootfs: Rootfs, folder: string, parts: readonly string[], ignores: boolean): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [folder];
  const join = (name: string) => (folder === '/' ? `/${name}` : `${folder}/${name}`);
  if (!hasPattern(part)) return follow(rootfs, join(part), rest, ignores);
  if (!rootfs.isDirectory(folder)) {
    if (ignores && rootfs.find(folder) === undefined) return [];
    throw new Refusal(`could not open directory ${folder}`);
  }
  const found = rootfs
    .list(folder)
    .filter((name) => matchGlob(part, name, { period: true }))
    .map(join)
    .filter((each) => rest.length === 0 || rootfs.findLink(each)?.type === 'directory');
  if (found.length === 0 && !ignores) throw new Refusal(`nothing matches ${part} in ${folder}`);
  return found.flatMap((each) => follow(rootfs, each, rest, ignores));
}

/** apr_fnmatch_test(): a backslash takes the next character's meaning, a bracket must be closed. */
function hasPattern(text: string): boolean {
  const plain = text.replace(/\\./g, '');
  return /[*?]|\[[^\]]*\]/.test(plain);
}
