import { posix } from 'node:path';
import type { Evidence } from '../../../model/evidence.ts';
import { unitFile } from '../../../syntax/unit-file/unit-file.ts';
import type { Call } from '../../tools/call.ts';

/** A value of a unit, and where it is written. */
export interface Setting {
  value: string;
  at: Evidence;
}

/** One unit with its drop-ins. */
export interface Unit {
  /** Its own name, where it was asked for by an alias. */
  name: string;
  /** What stands between `@` and the suffix. */
  instance: string;
  /** `Section.Name` → values in order; an empty one has taken those before it away. */
  settings: ReadonlyMap<string, readonly Setting[]>;
}

/** Where units are looked for, the first wins (systemd.unit(5)). */
export const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
] as const;

/** A unit by its name; undefined where there is none, or a link to /dev/null in its place. */
export function loadUnit(call: Call, asked: string): Unit | undefined {
  const path = unitPath(call, asked) ?? unitPath(call, templateOf(asked));
  if (path === undefined) return undefined;
  const found = call.files.look(path);
  if (typeof found === 'object' && (found.type !== 'file' || found.size === 0)) return undefined;
  const name = ownName(call, path, asked);
  const settings = new Map<string, Setting[]>();
  for (const file of [path, ...dropIns(call, name)]) readInto(call, file, settings);
  return { name, instance: instanceOf(name), settings };
}

function unitPath(call: Call, name: string): string | undefined {
  const paths = unitFolders.map((folder) => posix.join(folder, name));
  return paths.find((path) => call.files.lookLink(path) !== 'missing');
}

/** A link from one name to another is an alias; a template's instance is kept. */
function ownName(call: Call, path: string, asked: string): string {
  const link = call.files.lookLink(path);
  const target = typeof link === 'object' && link.type === 'symlink' ? posix.basename(link.target ?? '') : '';
  if (target === '' || target === templateOf(asked)) return asked;
  return target.includes('@.') ? target.replace('@.', `@${instanceOf(asked)}.`) : target;
}

/** `getty@tty1.service` → `getty@.service`. */
function templateOf(name: string): string {
  return name.replace(/@[^@]*(?=\.[a-z]+$)/, '@');
}

export function instanceOf(name: string): string {
  return /@(.*)\.[a-z]+$/.exec(name)?.[1] ?? '';
}

/** `NAME.d/*.conf`, also of a unit's template and of all units of its kind: by file name, the first folder's counts. */
function dropIns(call: Call, name: string): string[] {
  const owners = [...new Set([name, templateOf(name), name.slice(name.lastIndexOf('.') + 1)])];
  const byName = new Map<string, string>();
  for (const folder of unitFolders) {
    for (const owner of owners) {
      const at = posix.join(folder, `${owner}.d`);
      for (const file of call.files.list(at) ?? []) {
        if (file.endsWith('.conf') && !byName.has(file)) byName.set(file, posix.join(at, file));
      }
    }
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

function readInto(call: Call, path: string, settings: Map<string, Setting[]>): void {
  const read = call.files.read(path, call.access);
  if (!('text' in read)) return;
  for (const { name: section, children = [] } of unitFile.parse(read.text, path).nodes) {
    for (const { name, args, at } of children) {
      const key = `${section}.${name}`;
      const value = args[0] ?? '';
      settings.set(key, value === '' ? [] : [...(settings.get(key) ?? []), { value, at }]);
    }
  }
}

/** Names of units in the folders `NAME.wants` and `NAME.requires`. */
export function linkedUnits(call: Call, name: string): string[] {
  const folders = unitFolders.flatMap((folder) =>
    ['wants', 'requires', 'upholds'].map((kind) => posix.join(folder, `${name}.${kind}`)),
  );
  return [...new Set(folders.flatMap((folder) => call.files.list(folder) ?? []))];
}

/** The last value. */
export function last(unit: Unit, key: string): Setting | undefined {
  return unit.settings.get(key)?.at(-1);
}

export function all(unit: Unit, key: string): readonly Setting[] {
  return unit.settings.get(key) ?? [];
}
