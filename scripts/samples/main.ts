import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dockerArchive, file, folder, type TarItem } from '../../tests/builders/image.ts';

/** How a sample image is started, and what of it is not a text file of its `rootfs`. */
interface Sample {
  name: string;
  config: Record<string, unknown>;
  /** Paths of programs: files that are there, but not the real ones. */
  programs: string[];
  users: Record<string, number>;
  folders?: string[];
}

/** Makes a docker-archive of each folder of `from` in `to`. Returns their paths. */
export function makeSamples(from: string, to: string): string[] {
  mkdirSync(to, { recursive: true });
  return readdirSync(from)
    .sort()
    .filter((name) => existsSync(join(from, name, 'image.json')))
    .map((name) => {
      const path = join(to, `${name}.tar`);
      writeFileSync(path, archiveOf(join(from, name)));
      return path;
    });
}

function archiveOf(folder: string): Buffer {
  const sample = JSON.parse(readFileSync(join(folder, 'image.json'), 'utf8')) as Sample;
  const layers = [baseOf(sample), textsIn(join(folder, 'rootfs'))];
  return dockerArchive({ layers, config: sample.config, architecture: 'amd64', tags: [sample.name] });
}

/** What every image has: users, a shell, and stand-ins for the programs. */
function baseOf({ programs, users, folders = [] }: Sample): TarItem[] {
  const accounts = Object.entries({ root: 0, ...users });
  const lines = (line: (name: string, id: number) => string) =>
    accounts.map(([name, id]) => `${line(name, id)}\n`).join('');
  return [
    file(
      'etc/passwd',
      lines((name, id) => `${name}:x:${id}:${id}::/:/bin/sh`),
    ),
    file(
      'etc/group',
      lines((name, id) => `${name}:x:${id}:`),
    ),
    ...folders.map((path) => folder(path.slice(1))),
    ...['/bin/sh', '/bin/bash', '/usr/bin/env', '/usr/bin/envsubst', '/usr/bin/id', ...programs].map((path) =>
      file(path.slice(1), '\x7fELF', { mode: 0o755 }),
    ),
  ];
}

function textsIn(root: string): TarItem[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      return file(path.slice(root.length + 1), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    });
}
