import { posix } from 'node:path';
import type { Status } from '../texts.ts';
import { findGroup, findUser } from '../users.ts';
import type { Call, Tool } from './call.ts';
import { newMode, targetIn } from './make-files.ts';

export const cp: Tool = (call) => {
  const options = call.options({
    short: 'abdfHiLlnPpRrsS:t:Tuvx',
    long: {
      archive: false,
      force: false,
      recursive: false,
      'no-clobber': false,
      'no-target-directory': false,
      'target-directory': true,
      preserve: 'optional',
      'no-preserve': true,
      update: 'optional',
      verbose: false,
      dereference: false,
      'no-dereference': false,
      parents: false,
      'remove-destination': false,
      reflink: 'optional',
      sparse: true,
      backup: 'optional',
      'symbolic-link': false,
      interactive: false,
    },
  });
  if (options === undefined) return call.fail('invalid option');
  const recursive = options.has('a', 'r', 'R', 'archive', 'recursive');
  const keepsLinks =
    options.has('a', 'd', 'P', 'archive', 'no-dereference') || (recursive && !options.has('L', 'H'));
  const keeps =
    options.has('n', 'no-clobber') || (options.has('u', 'update') && options.value('update') === 'none');
  return each(call, options, (source, target) => {
    const found = call.files.look(call.path(source));
    if (typeof found === 'object' && found.type === 'directory' && !recursive) return 'omitting directory';
    if (keeps && call.files.lookLink(call.path(target)) !== 'missing') return undefined;
    if (options.has('s', 'symbolic-link')) return call.files.symlink(call.path(target), source, call.access);
    return call.files.copy(call.path(source), call.path(target), call.access, { follow: !keepsLinks });
  });
};

export const mv: Tool = (call) => {
  const options = call.options({
    short: 'bfint:Tuv',
    long: {
      force: false,
      'no-clobber': false,
      'no-target-directory': false,
      'target-directory': true,
      update: 'optional',
      verbose: false,
      backup: 'optional',
    },
  });
  if (options === undefined) return call.fail('invalid option');
  return each(call, options, (source, target) => {
    const [from, to] = [call.path(source), call.path(target)];
    if (options.has('n', 'no-clobber') && call.files.lookLink(to) !== 'missing') return undefined;
    if (posix.normalize(from) === posix.normalize(to)) return 'same file';
    const found = call.files.lookLink(from);
    // A move replaces a link at the target; it does not follow it.
    const isReplaced =
      typeof found === 'object' && found.type !== 'directory' && call.files.lookLink(to) !== 'missing';
    if (isReplaced && !call.files.isDirectory(to)) call.files.remove(to, call.access);
    return call.files.copy(from, to, call.access, { follow: false }) ?? call.files.remove(from, call.access);
  });
};

type Options = NonNullable<ReturnType<Call['options']>>;

/** Works on every source with where it goes to. */
function each(
  call: Call,
  options: Options,
  work: (source: string, target: string) => string | undefined,
): Status {
  const folder = options.value('t', 'target-directory');
  const sources = folder === undefined ? options.rest.slice(0, -1) : options.rest;
  const target = folder ?? options.rest.at(-1);
  if (target === undefined || sources.length === 0) return call.fail('missing file operand');
  if (sources.length > 1 && !call.files.isDirectory(call.path(target)))
    return call.fail(`target '${target}': Not a directory`);
  let status = 0;
  for (const source of sources) {
    call.world.budget.spend(2);
    const name = /(^|\/)\.\.?\/*$/.test(source) ? '' : source;
    const to = name === '' ? target : targetIn(call, target, name, options.has('T', 'no-target-directory'));
    const error = work(source, to);
    if (error) status = call.fail(`'${source}': ${error}`) ?? 1;
  }
  return status;
}

/** `install`: copies with a mode and an owner, or makes folders. */
export const install: Tool = (call) => {
  const options = call.options({
    short: 'bcCdDg:m:o:pst:Tv',
    long: {
      directory: false,
      mode: true,
      owner: true,
      group: true,
      'target-directory': true,
      'no-target-directory': false,
    },
  });
  if (options === undefined) return call.fail('invalid option');
  const mode = newMode(0, false, options.value('m', 'mode') ?? '755') ?? 0o755;
  const user = options.value('o', 'owner');
  const group = options.value('g', 'group');
  const uid = user === undefined ? undefined : findUser(call.files.rootfs, user).uid;
  const gid = group === undefined ? undefined : findGroup(call.files.rootfs, group);
  const change = { mode, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
  if (options.has('d', 'directory')) {
    for (const path of options.rest) {
      call.files.mkdir(call.path(path), call.access, { parents: true });
      call.files.change(call.path(path), change);
    }
    return 0;
  }
  return each(call, options, (source, target) => {
    if (options.has('D')) call.files.mkdir(posix.dirname(call.path(target)), call.access, { parents: true });
    const error = call.files.copy(call.path(source), call.path(target), call.access, { follow: true });
    return error ?? call.files.change(call.path(target), change);
  });
};
