import { posix } from 'node:path';
import { isUnknown } from '../../model/unknown.ts';
import type { Call, Tool } from './call.ts';

export const basename: Tool = (call) => {
  const options = call.optionsOf(call.args, {
    short: 'as:z',
    long: { multiple: false, suffix: true, zero: false },
  });
  if (options === undefined || options.rest.length === 0) return call.fail('missing operand');
  const isMany = options.has('a', 's', 'multiple', 'suffix');
  const [first = '', second] = options.rest;
  const paths = isMany ? options.rest : [first];
  const suffix = options.value('s', 'suffix') ?? (isMany ? undefined : second);
  for (const path of paths) {
    if (isUnknown(path) && /\u{E000}[^\u{E001}]*\u{E001}\/*$/u.test(path)) {
      call.out(`${call.asUnknown}\n`);
      continue;
    }
    const trimmed = path.replace(/(?<=.)\/+$/, '');
    const base = trimmed === '/' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
    const cut = suffix !== undefined && suffix !== '' && base !== suffix && base.endsWith(suffix);
    call.out(`${cut ? base.slice(0, -suffix.length) : base}\n`);
  }
  return 0;
};

export const dirname: Tool = (call) => {
  const options = call.options({ short: 'z' });
  if (options === undefined || options.rest.length === 0) return call.fail('missing operand');
  for (const path of options.rest) {
    const known = !isUnknown(path) || !/^\u{E000}[^\u{E001}]*\u{E001}$/u.test(path);
    call.out(`${known ? parentOf(path) : call.asUnknown}\n`);
  }
  return 0;
};

function parentOf(path: string): string {
  const trimmed = path.replace(/(?<=.)\/+$/, '');
  const at = trimmed.lastIndexOf('/');
  if (at < 0) return '.';
  return trimmed.slice(0, at).replace(/\/+$/, '') || '/';
}

/** `readlink`: a link's target; with `-f` the path behind all links. */
export const readlink: Tool = (call) => {
  const options = call.options({
    short: 'femnqsvz',
    long: {
      canonicalize: false,
      'canonicalize-existing': false,
      'canonicalize-missing': false,
      'no-newline': false,
    },
  });
  if (options === undefined) return 1;
  const real = options.has('f', 'e', 'm', 'canonicalize', 'canonicalize-existing', 'canonicalize-missing');
  const end = options.has('n', 'no-newline') ? '' : '\n';
  let status = 0;
  for (const path of options.rest) {
    const found = real
      ? canonical(
          call,
          path,
          options.has('e', 'canonicalize-existing'),
          options.has('m', 'canonicalize-missing'),
        )
      : linkTarget(call, path);
    if (found === undefined) status = 1;
    else call.out(found + end);
  }
  return status;
};

function linkTarget(call: Call, path: string): string | undefined {
  const found = call.files.lookLink(call.path(path));
  if (found === 'unknown') return call.asUnknown;
  return found === 'missing' || found.type !== 'symlink' ? undefined : found.target;
}

export const realpath: Tool = (call) => {
  const options = call.options({
    short: 'emLPqsz',
    long: {
      'canonicalize-existing': false,
      'canonicalize-missing': false,
      quiet: false,
      'no-symlinks': false,
      strip: false,
      'relative-to': true,
      'relative-base': true,
    },
  });
  if (options === undefined) return 1;
  let status = 0;
  for (const path of options.rest) {
    const plain = options.has('s', 'no-symlinks', 'strip') && !isUnknown(path);
    const found = plain
      ? posix.resolve(call.path(path))
      : canonical(call, path, options.has('e'), options.has('m'));
    const base = options.value('relative-to');
    if (found === undefined) status = 1;
    else
      call.out(
        `${base === undefined || isUnknown(found) ? found : posix.relative(call.path(base), found) || '.'}\n`,
      );
  }
  return status;
};

/** The path behind all links. Only the last part may be missing, with `missing` any. */
function canonical(call: Call, path: string, existing: boolean, missing: boolean): string | undefined {
  const absolute = call.path(path);
  const found = call.files.look(absolute);
  if (found === 'unknown') return isUnknown(path) ? call.asUnknown : posix.normalize(absolute);
  if (found !== 'missing') return found.path;
  if (existing) return undefined;
  const link = call.files.rootfs.findLink(absolute);
  if (link?.type === 'symlink') return canonicalTarget(call, link.path, link.target ?? '', missing);
  const parent = call.files.look(posix.dirname(absolute));
  if (typeof parent === 'object') return posix.join(parent.path, posix.basename(absolute));
  return missing ? posix.normalize(absolute) : undefined;
}

function canonicalTarget(call: Call, link: string, target: string, missing: boolean): string | undefined {
  const next = posix.resolve(posix.dirname(link), target);
  const parent = call.files.look(posix.dirname(next));
  if (typeof parent === 'object') return posix.join(parent.path, posix.basename(next));
  return missing ? next : undefined;
}

export const pwd: Tool = (call) => {
  call.out(`${call.process.cwd}\n`);
  return 0;
};
