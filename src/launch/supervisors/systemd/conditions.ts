import { posix } from 'node:path';
import type { Call } from '../../tools/call.ts';
import { all, type Unit } from './unit.ts';
import { specified } from './words.ts';

type Test = (value: string, call: Call) => boolean | undefined;

const exists: Test = (path, { files }) => {
  const found = files.look(path);
  return found === 'unknown' ? undefined : found !== 'missing';
};

/** What a container's image can tell of (systemd.unit(5), Conditions); what is not listed is taken to hold. */
const tests: Readonly<Record<string, Test>> = {
  PathExists: exists,
  PathExistsGlob: (pattern, { files }) => files.rootfs.glob(posix.normalize(pattern)).length > 0,
  PathIsDirectory: (path, { files }) => files.isDirectory(path),
  PathIsSymbolicLink: (path, { files }) => {
    const found = files.lookLink(path);
    return found === 'unknown' ? undefined : found !== 'missing' && found.type === 'symlink';
  },
  DirectoryNotEmpty: (path, { files }) => files.list(path)?.some(() => true),
  FileNotEmpty: (path, { files }) => {
    const found = files.look(path);
    return found === 'unknown' ? undefined : found !== 'missing' && found.size > 0;
  },
  FileIsExecutable: (path, { files, process }) => files.may(path, process.user, 1),
  Virtualization: (value) => ['yes', 'true', '1', 'container', 'docker', 'podman'].includes(value),
  User: (value) => value === 'root' || value === '0' || value === '@system',
};

/** Whether a unit's conditions, or its assertions, let it start: all must hold, and of those with `|` one. */
export function holds(call: Call, unit: Unit, kind: 'Condition' | 'Assert' = 'Condition'): boolean {
  const results = Object.entries(tests).flatMap(([name, test]) =>
    all(unit, `Unit.${kind}${name}`).map(({ value }) => {
      const [, signs = '', rest = ''] = /^([|!]*)(.*)$/.exec(specified(value, unit)) ?? [];
      const found = test(rest, call);
      return { isTrigger: signs.includes('|'), holds: found === undefined || found !== signs.includes('!') };
    }),
  );
  const triggers = results.filter(({ isTrigger }) => isTrigger);
  const others = results.filter(({ isTrigger }) => !isTrigger);
  return others.every((each) => each.holds) && (triggers.length === 0 || triggers.some((each) => each.holds));
}
