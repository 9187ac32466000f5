import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/image.ts';
import { FolderTree } from '../../src/rootfs/folder.ts';
import {
  dockerArchive,
  file,
  type ImageDescription,
  type TarItem,
  temporaryFolder,
} from '../builders/image.ts';
import { conformanceCases } from './conformance.ts';
import { see } from './see.ts';

const hasDocker = spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;
const dir = temporaryFolder();
const names: string[] = [];

function docker(...args: string[]): string {
  return execFileSync('docker', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
}

/** Gives an image to the engine under a name of this run. */
function load(id: string, image: ImageDescription): string {
  const name = `berthwatch-test/${id}:${process.pid}`;
  const path = join(dir, `${id}.tar`);
  writeFileSync(path, dockerArchive({ ...image, tags: [name] }));
  docker('load', '--input', path);
  names.push(name);
  return name;
}

/** What a container of the image really holds, without what the engine puts in by itself. */
function exported(id: string, name: string): Record<string, string> {
  const container = docker('create', name).trim();
  const root = join(dir, `${id}-root`);
  mkdirSync(root);
  execFileSync('sh', ['-c', 'docker export "$1" | tar -x -C "$2"', 'sh', container, root], {
    stdio: 'ignore',
  });
  docker('rm', container);
  const tree = new FolderTree(root);
  const seen = see(tree);
  tree.close();
  const own = /^(\.dockerenv|dev|proc|sys|etc(\/(hosts|hostname|resolv\.conf|mtab))?)(\/|$)/;
  return Object.fromEntries(Object.entries(seen).filter(([path]) => !own.test(path)));
}

describe.skipIf(!hasDocker)('docker: (skipped where no engine answers)', () => {
  afterAll(() => {
    if (names.length > 0) docker('rmi', '--force', ...names);
  });

  it('reads an image, and a second time without an export', async () => {
    const name = load('app', {
      layers: [[file('etc/app.conf', 'listen 80\n'), file('usr/lib/big.so', Buffer.alloc(400_000, 'x'))]],
      config: { Entrypoint: ['/app'], ExposedPorts: { '80/tcp': {} } },
    });
    const cache = { dir: join(dir, 'cache') };
    for (const fetches of [1, 0]) {
      const phases: string[] = [];
      const opened = await openImage(`docker:${name}`, {
        cache,
        progress: ({ phase }) => phases.push(phase),
      });
      expect(opened.source).toMatchObject({ kind: 'docker', digest: expect.stringMatching(/^sha256:/) });
      expect(opened.config).toMatchObject({ entrypoint: ['/app'], exposed: ['80/tcp'], os: 'linux' });
      const body = opened.tree.body('/etc/app.conf', 100);
      expect('bytes' in body && Buffer.from(body.bytes).toString()).toBe('listen 80\n');
      expect(phases.includes('fetch') ? 1 : 0).toBe(fetches);
      opened.tree.body('/usr/lib/big.so', 1_000_000);
      await opened.load(opened.pending());
      expect(opened.tree.body('/usr/lib/big.so', 1_000_000)).toMatchObject({ truncated: false });
      await opened.close();
    }
  });

  it('says that an image is not there', async () => {
    await expect(openImage('docker:berthwatch-test/none:1')).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
  });

  it.skipIf(!isRoot)(
    'merges layers as the engine does (skipped where container files can not be unpacked)',
    () => {
      const asked = conformanceCases.filter((one) => one.notInEngine === undefined);
      const depth = Math.max(...asked.map(({ layers }) => layers.length));
      const layers = Array.from({ length: depth }, (_, level) =>
        asked.flatMap((one, number) =>
          (one.layers[level] ?? []).map((item) => below(`case-${number}`, item)),
        ),
      );
      const seen = exported('cases', load('cases', { layers, config: { Cmd: ['x'] } }));
      for (const [number, { name, tree }] of asked.entries()) {
        const own = Object.entries(seen).filter(([path]) => path.startsWith(`case-${number}/`));
        const short = own.map(([path, text]) =>
          [path, text].map((part) => part.replace(`case-${number}/`, '')),
        );
        expect({ name, tree: Object.fromEntries(short) }).toEqual({ name, tree });
      }
    },
  );
});

/** The entry in a folder of its own, so that one image holds all cases. */
function below(folder: string, item: TarItem): TarItem {
  const link = String(item.link ?? '');
  const isSymlink = item.type === '2';
  const moved = isSymlink ? link.replace(/^\//, `/${folder}/`) : `${folder}/${link}`;
  return { ...item, name: `${folder}/${item.name}`, ...(item.link === undefined ? {} : { link: moved }) };
}
