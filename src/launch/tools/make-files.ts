import { posix } from 'node:path';
import { isUnknown } from '../../model/unknown.ts';
import type { Status } from '../texts.ts';
import { findGroup, findUser } from '../users.ts';
import type { Call, Tool } from './call.ts';

export const mkdir: Tool = (call) => {
  const options = call.options({ short: 'pm:vZ', long: { parents: false, mode: true, verbose: false } });
  if (options === undefined) return call.fail('invalid option');
  const mode = options.value('m', 'mode');
  let status = 0;
  for (const path of options.rest) {
    const error = call.files.mkdir(call.path(path), call.access, { parents: options.has('p', 'parents') });
    if (error) status = call.fail(`cannot create directory '${path}': ${error}`) ?? 1;
    else if (mode !== undefined) changeMode(call, path, mode);
  }
  return status;
};

export const rmdir: Tool = (call) => {
  const options = call.options({ short: 'pv', long: { 'ignore-fail-on-non-empty': false, parents: false } });
  let status = 0;
  for (const path of options?.rest ?? []) {
    const names = call.files.list(call.path(path));
    if (!call.files.isDirectory(call.path(path)) || (names?.length ?? 0) > 0) status = 1;
    else if (call.files.remove(call.path(path), call.access)) status = 1;
  }
  return options?.has('ignore-fail-on-non-empty') ? 0 : status;
};

export const rm: Tool = (call) => {
  const options = call.options({
    short: 'fiIrRdv',
    long: {
      force: false,
      recursive: false,
      verbose: false,
      'one-file-system': false,
      'preserve-root': 'optional',
    },
  });
  if (options === undefined) return call.fail('invalid option');
  const force = options.has('f', 'force');
  let status = 0;
  for (const path of options.rest) {
    const found = call.files.lookLink(call.path(path));
    if (found === 'unknown' || (found === 'missing' && force)) continue;
    const isFolder = found !== 'missing' && found.type === 'directory';
    const refused = isFolder && !options.has('r', 'R', 'recursive', 'd');
    const error = refused ? 'Is a directory' : call.files.remove(call.path(path), call.access);
    if (error) status = call.fail(`cannot remove '${path}': ${error}`) ?? 1;
  }
  return status;
};

export const touch: Tool = (call) => {
  const options = call.options({
    short: 'acfhmd:r:t:',
    long: { 'no-create': false, date: true, reference: true, time: true, 'no-dereference': false },
  });
  if (options === undefined) return call.fail('invalid option');
  let status = 0;
  for (const path of options.rest) {
    const found = call.files.look(call.path(path));
    if (found === 'missing' && options.has('c', 'no-create')) continue;
    if (typeof found === 'object') {
      if (call.files.may(call.path(path), call.process.user, 2) === false)
        status = call.fail(`cannot touch '${path}': Permission denied`) ?? 1;
      continue;
    }
    const error = call.files.append(call.path(path), '', call.access);
    if (error) status = call.fail(`cannot touch '${path}': ${error}`) ?? 1;
  }
  return status;
};

/** Where `ln`, `cp` and `mv` put a file: in the folder that the target is, or at the target itself. */
export function targetIn(call: Call, target: string, source: string, noTarget: boolean): string {
  if (noTarget || !call.files.isDirectory(call.path(target))) return target;
  return `${target.replace(/\/+$/, '')}/${posix.basename(source)}`;
}

export const ln: Tool = (call) => {
  const options = call.options({
    short: 'bdfiLnPrst:Tv',
    long: {
      symbolic: false,
      force: false,
      'no-dereference': false,
      'no-target-directory': false,
      relative: false,
      'target-directory': true,
    },
  });
  if (options === undefined) return call.fail('invalid option');
  const folder = options.value('t', 'target-directory');
  const sources =
    folder === undefined ? options.rest.slice(0, Math.max(1, options.rest.length - 1)) : options.rest;
  const target = folder ?? (options.rest.length > 1 ? (options.rest.at(-1) as string) : '.');
  const noTarget =
    options.has('T', 'no-target-directory') || (options.has('n', 'no-dereference') && isLink(call, target));
  let status = 0;
  for (const source of sources) {
    const path = call.path(targetIn(call, target, source, noTarget));
    if (options.has('f', 'force') && call.files.lookLink(path) !== 'missing')
      call.files.remove(path, call.access);
    const error = options.has('s', 'symbolic')
      ? call.files.symlink(path, linkText(call, source, path, options.has('r', 'relative')), call.access)
      : call.files.copy(call.path(source), path, call.access, { follow: true });
    if (error) status = call.fail(`failed to create link '${path}': ${error}`) ?? 1;
  }
  return status;
};

function isLink(call: Call, path: string): boolean {
  const found = call.files.lookLink(call.path(path));
  return typeof found === 'object' && found.type === 'symlink';
}

function linkText(call: Call, source: string, path: string, relative: boolean): string {
  return relative && !isUnknown(source) ? posix.relative(posix.dirname(path), call.path(source)) : source;
}

export const chmod: Tool = (call) => {
  const options = call.optionsOf(
    call.args.filter((arg) => !/^-[rwxXst]+$/.test(arg) || arg === '-R'),
    {
      short: 'cfvR',
      long: {
        recursive: false,
        changes: false,
        silent: false,
        quiet: false,
        verbose: false,
        reference: true,
      },
    },
  );
  const minus = call.args.find((arg) => /^-[rwxXst]+$/.test(arg) && arg !== '-R');
  if (options === undefined || options.has('reference')) return 0;
  const [mode = '', ...paths] = minus === undefined ? options.rest : [minus, ...options.rest];
  let status = 0;
  for (const path of paths) {
    if (call.files.look(call.path(path)) === 'missing')
      status = call.fail(`cannot access '${path}': No such file or directory`) ?? 1;
    else
      eachBelow(call, call.path(path), options.has('R', 'recursive'), (each) => changeMode(call, each, mode));
  }
  return status;
};

/** A path and, with `recursive`, everything below it; links are not followed. */
function eachBelow(call: Call, path: string, recursive: boolean, work: (path: string) => void): void {
  call.world.budget.spend();
  work(path);
  const found = recursive ? call.files.lookLink(path) : undefined;
  if (typeof found !== 'object' || found.type !== 'directory') return;
  for (const name of call.files.list(path) ?? []) eachBelow(call, posix.join(path, name), true, work);
}

function changeMode(call: Call, path: string, mode: string): void {
  const found = call.files.look(call.path(path));
  if (typeof found !== 'object') return;
  const next = newMode(found.mode, found.type === 'directory', mode);
  if (next !== undefined && next !== found.mode) call.files.change(call.path(path), { mode: next });
}

/** A mode changed by chmod(1)'s octal or symbolic notation; undefined when it is neither. */
export function newMode(before: number, isFolder: boolean, text: string): number | undefined {
  if (/^[0-7]{1,5}$/.test(text)) return Number.parseInt(text, 8);
  let mode = before;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=][rwxXst]*)+)$/.exec(clause);
    if (match === null) return undefined;
    const who = match[1] || 'a';
    const shifts = [...(who.includes('a') ? 'ugo' : who)].map(
      (letter) => ({ u: 6, g: 3, o: 0 })[letter] ?? 0,
    );
    for (const [, operator, letters = ''] of (match[2] as string).matchAll(/([-+=])([rwxXst]*)/g)) {
      const runs = letters.includes('x') || (letters.includes('X') && (isFolder || (mode & 0o111) !== 0));
      const bits = (letters.includes('r') ? 4 : 0) | (letters.includes('w') ? 2 : 0) | (runs ? 1 : 0);
      for (const shift of shifts) {
        if (operator === '-') mode &= ~(bits << shift);
        else if (operator === '+') mode |= bits << shift;
        else mode = (mode & ~(7 << shift)) | (bits << shift);
      }
    }
  }
  return mode;
}

export const chown: Tool = (call) => changeOwner(call, true);
export const chgrp: Tool = (call) => changeOwner(call, false);

function changeOwner(call: Call, isUser: boolean) {
  const options = call.options({
    short: 'cfhHLPRv',
    long: {
      recursive: false,
      changes: false,
      silent: false,
      quiet: false,
      verbose: false,
      'no-dereference': false,
      dereference: false,
      reference: true,
      from: true,
      'preserve-root': false,
    },
  });
  if (options === undefined) return 1;
  const [spec = '', ...paths] = options.has('reference') ? ['', ...options.rest] : options.rest;
  if (isUnknown(spec) || options.has('reference', 'from')) return 0;
  const to = isUser ? ownerOf(call, spec) : groupOf(call, spec);
  if (to === undefined) return call.fail(`invalid ${isUser ? 'user' : 'group'}: '${spec}'`);
  let status: Status = 0;
  for (const path of paths) {
    if (call.files.lookLink(call.path(path)) === 'missing') {
      status = call.fail(`cannot access '${path}': No such file or directory`);
      continue;
    }
    eachBelow(call, call.path(path), options.has('R', 'recursive'), (each) => {
      if (mayGive(call, each, to)) call.files.change(each, to);
      else status = call.fail(`changing ownership of '${each}': Operation not permitted`);
    });
  }
  return status;
}

interface Owner {
  uid?: number;
  gid?: number;
}

/** chown(2): without privilege, the owner may name itself again, and any group that it is in. */
function mayGive({ files, process: { user } }: Call, path: string, { uid, gid }: Owner): boolean {
  if (user.uid === 0) return true;
  const found = files.look(path);
  if (typeof found !== 'object') return true;
  if (found.uid !== user.uid || (uid !== undefined && uid !== found.uid)) return false;
  return gid === undefined || gid === found.gid || user.groups.includes(gid);
}

function ownerOf(call: Call, spec: string): Owner | undefined {
  const [name = '', group] = spec.replace(/^([\w-]+)\.([\w-]+)$/, '$1:$2').split(':');
  const user = name === '' ? undefined : findUser(call.files.rootfs, name);
  if (user && user.uid === undefined) return undefined;
  const gid =
    group === '' ? user?.gid : group === undefined ? undefined : findGroup(call.files.rootfs, group);
  if (group !== undefined && group !== '' && gid === undefined) return undefined;
  return { ...(user?.uid === undefined ? {} : { uid: user.uid }), ...(gid === undefined ? {} : { gid }) };
}

function groupOf(call: Call, group: string): { gid: number } | undefined {
  const gid = findGroup(call.files.rootfs, group);
  return gid === undefined ? undefined : { gid };
}

/** `mktemp`: an empty file or folder with a name of its own. Names are random; one by one is as good. */
export const mktemp: Tool = (call) => {
  const options = call.options({
    short: 'dqup:t',
    long: { directory: false, 'dry-run': false, quiet: false, suffix: true, tmpdir: 'optional' },
  });
  if (options === undefined) return 1;
  const [template] = options.rest;
  const folder = options.value('p', 'tmpdir') || call.process.env.get('TMPDIR') || '/tmp';
  const inFolder = template === undefined || options.has('p', 'tmpdir', 't');
  const name = template ?? 'tmp.XXXXXXXXXX';
  const id = String(call.world.nextName()).padStart(name.match(/X+(?=[^X]*$)/)?.[0].length ?? 6, '0');
  const path =
    (inFolder ? `${folder}/` : '') + name.replace(/X+(?=[^X]*$)/, id) + (options.value('suffix') ?? '');
  const error = options.has('d', 'directory')
    ? call.files.mkdir(call.path(path), call.access)
    : call.files.write(call.path(path), '', call.access, 0o600);
  if (error) return call.fail(`failed to create file via template '${name}': ${error}`);
  call.out(`${path}\n`);
  return 0;
};

export const mkfifo: Tool = () => 0;

export const truncate: Tool = (call) => {
  const options = call.options({ short: 'cor:s:', long: { size: true, 'no-create': false } });
  if (options === undefined || !/^0+$/.test(options.value('s', 'size') ?? '')) return call.unknown();
  let status = 0;
  for (const path of options.rest) if (!call.write(path, '')) status = 1;
  return status;
};
