import { createHash } from 'node:crypto';
import { limits } from '../../base/limits.ts';
import { isUnknown } from '../../model/unknown.ts';
import { linesOf } from '../texts.ts';
import type { Call, Tool } from './call.ts';

/** `md5sum` and its kin: prints checksums, or with `-c` holds files against a list. */
export function checksum(algorithm: string): Tool {
  return (call) => {
    const options = call.options({
      short: 'bctwsz',
      long: {
        check: false,
        status: false,
        quiet: false,
        strict: false,
        warn: false,
        binary: false,
        text: false,
        'ignore-missing': false,
        tag: false,
      },
    });
    if (options === undefined) return 1;
    if (options.has('c', 'check'))
      return check(call, algorithm, options.rest, options.has('status', 's'), options.has('quiet'));
    let status = 0;
    for (const path of options.rest.length === 0 ? ['-'] : options.rest) {
      const hash = hashOf(call, algorithm, path);
      if (hash === undefined) status = 1;
      else call.out(`${hash}  ${path}\n`);
    }
    return status;
  };
}

/** A file's checksum; an unknown text where its content is not known; undefined when it can't be read. */
function hashOf(call: Call, algorithm: string, path: string): string | undefined {
  const absolute = call.path(path);
  const body =
    path === '-' || isUnknown(path) ? undefined : call.files.rootfs.read(absolute, limits.executableBytes);
  if (body && 'bytes' in body) {
    call.world.budget.spend(body.bytes.length / 1024);
    const text = Buffer.from(body.bytes).toString();
    if (body.truncated || isUnknown(text)) return call.asUnknown;
    return createHash(algorithm).update(body.bytes).digest('hex');
  }
  const text = call.read(path);
  if (text === undefined) return undefined;
  return isUnknown(text) ? call.asUnknown : createHash(algorithm).update(text).digest('hex');
}

function check(call: Call, algorithm: string, lists: readonly string[], silent: boolean, quiet: boolean) {
  const { texts } = call.readAll(lists);
  const list = texts.map(({ text }) => text).join('');
  if (isUnknown(list)) return call.unknown();
  let status = 0;
  let lines = 0;
  for (const line of linesOf(list)) {
    const [, expected = '', path = ''] = /^([\da-fA-F]{32,128}) [ *](.+)$/.exec(line) ?? [];
    if (path === '') continue;
    lines++;
    const actual = hashOf(call, algorithm, path);
    if (actual !== undefined && isUnknown(actual)) return undefined;
    const same = actual === expected.toLowerCase();
    if (!same) status = 1;
    if (!silent && !(same && quiet)) call.out(`${path}: ${same ? 'OK' : 'FAILED'}\n`);
  }
  return lines === 0 ? call.fail('no properly formatted checksum lines found') : status;
}
