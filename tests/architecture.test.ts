import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { supervisors } from '../src/launch/supervisors/index.ts';
import { layers } from '../src/layers.ts';

const src = resolve(import.meta.dirname, '../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => name.replaceAll('\\', '/'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(src, resolve(src, dirname(file), match[1] as string)).replaceAll('\\', '/'),
  );
}

const room = (file: string) => file.split('/')[0] as string;
const layerOf = (file: string) => layers.findIndex((rooms) => rooms.includes(room(file)));

describe('architecture', () => {
  it('every folder of src is a room of src/layers.ts', () => {
    const rooms = new Set(files.filter((file) => file.includes('/')).map(room));
    expect([...rooms].filter((name) => !layers.flat().includes(name))).toEqual([]);
  });

  it('a room imports only itself and lower layers', () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter(
          (target) => file.includes('/') && room(target) !== room(file) && layerOf(target) >= layerOf(file),
        )
        .map((target) => `${file} → ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('no app is named in src', () => {
    // What starts other programs is known to `launch`, whether it listens itself or not: supervisors, and BusyBox,
    // which is shell and init as well as servers.
    const launchers = new Set([...supervisors.keys(), 'busybox']);
    const names = readdirSync(resolve(src, '../packs')).filter((name) => !launchers.has(name));
    const pattern = new RegExp(`\\b(${[...names, 'mongod', 'postgres', 'httpd'].join('|')})\\b`, 'i');
    const named = files.flatMap((file) =>
      readFileSync(join(src, file), 'utf8')
        .split('\n')
        .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
        .filter(({ line }) => pattern.test(line.replace(/^\s*(\/\*\*|\*|\/\/).*|\/\/ .*$/, '')))
        .map(({ place }) => place),
    );
    expect(named).toEqual([]);
  });
});
