import { posix } from 'node:path';
import { isUnknown } from '../../model/unknown.ts';
import type { Look } from '../files.ts';
import { unknownText } from '../texts.ts';
import type { Call, Tool } from './call.ts';

/** `ls`: names only; the long form has times, which can't be known, but of a link where it leads. */
export const ls: Tool = (call) => {
  const options = call.options({
    short: '1aAdFhilLnrRsStuvgoc',
    lenient: true,
    long: { all: false, 'almost-all': false, directory: false, color: 'optional' },
  });
  if (options === undefined) return 2;
  if (options.has('l') && listsLink(call, options.rest)) return 0;
  if (options.has('l', 'R', 'i', 's', 't', 'S', 'n', 'g', 'o'))
    return listsSomething(call, options.rest) ? call.unknown() : 2;
  const paths = options.rest.length === 0 ? ['.'] : options.rest;
  const shown = (name: string) => !name.startsWith('.') || options.has('a', 'A', 'all', 'almost-all');
  let status = 0;
  const files: string[] = [];
  const folders: string[] = [];
  for (const path of paths) {
    const found = call.files.look(call.path(path));
    if (found === 'unknown') return call.unknown();
    if (found === 'missing') status = call.fail(`cannot access '${path}': No such file or directory`, 2) ?? 2;
    else if (found.type === 'directory' && !options.has('d', 'directory')) folders.push(path);
    else files.push(path);
  }
  for (const file of files) call.out(`${file}\n`);
  for (const [index, folder] of folders.entries()) {
    const names = call.files.list(call.path(folder));
    if (names === undefined) return call.unknown();
    if (paths.length > 1) call.out(`${index + files.length > 0 ? '\n' : ''}${folder}:\n`);
    const all = options.has('a', 'all') ? ['.', '..', ...names] : names;
    const listed = all.filter(shown);
    for (const name of options.has('r') ? listed.reverse() : listed) call.out(`${name}\n`);
  }
  return status;
};

function listsSomething(call: Call, paths: readonly string[]): boolean {
  return (paths.length === 0 ? ['.'] : paths).some((path) => call.files.look(call.path(path)) !== 'missing');
}

/** A single link in the long form, as scripts ask for it to read its target. */
function listsLink(call: Call, paths: readonly string[]): boolean {
  const [path = ''] = paths;
  const found = call.files.lookLink(call.path(path));
  if (paths.length !== 1 || typeof found === 'string' || found.target === undefined) return false;
  call.out(`lrwxrwxrwx ${unknownText('owner, size and time')} ${path} -> ${found.target}\n`);
  return true;
}

type FoundFile = Exclude<Look, string>;

export interface Entry {
  /** As find(1) prints it: the starting point, and the way down. */
  path: string;
  name: string;
  depth: number;
  found: FoundFile;
  /** What a link leads to, where links are followed; else the entry itself. */
  type: string;
}

/** Everything below a starting point, parents first; undefined where that can't be known. */
export function walkTree(
  call: Call,
  start: string,
  options: { follow: boolean; maxDepth: number },
): Entry[] | undefined {
  const entries: Entry[] = [];
  const isKnown = visit(call, start, posix.basename(start) || start, 0, options, entries, new Set());
  return isKnown ? entries : undefined;
}

function visit(
  call: Call,
  path: string,
  name: string,
  depth: number,
  options: { follow: boolean; maxDepth: number },
  entries: Entry[],
  above: ReadonlySet<string>,
): boolean {
  call.world.budget.spend(2);
  const absolute = call.path(path);
  const link = call.files.lookLink(absolute);
  const target = options.follow ? call.files.look(absolute) : link;
  const found = target === 'missing' ? link : target;
  if (found === 'unknown' || isUnknown(path)) return false;
  if (found === 'missing') return true;
  entries.push({ path, name, depth, found, type: found.type });
  if (found.type !== 'directory' || depth >= options.maxDepth || above.has(found.path) || depth > 60)
    return true;
  const names = call.files.list(absolute);
  if (names === undefined) return false;
  const inside = new Set([...above, found.path]);
  return names.every((child) =>
    visit(
      call,
      path.endsWith('/') ? path + child : `${path}/${child}`,
      child,
      depth + 1,
      options,
      entries,
      inside,
    ),
  );
}
