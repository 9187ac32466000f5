import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as zlib from 'node:zlib';
import { afterAll } from 'vitest';
import { file, makeTar, type TarItem } from './tar.ts';

export * from './tar.ts';

/** One image as a test describes it. */
export interface ImageDescription {
  /** Lowest first; a Buffer is taken as the finished (uncompressed) tar. */
  layers: readonly (readonly TarItem[] | Buffer | Record<string, string>)[];
  /** `config` of the image config: Entrypoint, Cmd, Env … */
  config?: Record<string, unknown>;
  os?: string;
  architecture?: string;
  variant?: string;
  tags?: readonly string[];
  compression?: Compression;
}

export type Compression = 'none' | 'gzip' | 'zstd';

/** A folder that is removed after the test file. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'berthwatch-test-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** Layers as tar archives. A plain object is path → text. */
export function layerTars(image: ImageDescription): Buffer[] {
  return image.layers.map((layer) => {
    if (Buffer.isBuffer(layer)) return layer;
    if (Array.isArray(layer)) return makeTar(layer);
    const files = Object.entries(layer).map(([path, text]) =>
      file(path, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 }),
    );
    return makeTar(files);
  });
}

export function compress(bytes: Buffer, compression: Compression): Buffer {
  if (compression === 'none') return bytes;
  if (compression === 'gzip') return zlib.gzipSync(bytes, { level: 1 });
  const native = (zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer }).zstdCompressSync;
  if (native) return native(bytes);
  const result = spawnSync('zstd', ['-q', '-c'], { input: bytes, maxBuffer: 1 << 30 });
  if (result.status !== 0) throw new Error('no zstd here');
  return result.stdout;
}

/** Whether this machine can make zstd data: Node.js from 22.15, or the zstd program. */
export const canZstd =
  'zstdCompressSync' in zlib || spawnSync('zstd', ['--version'], { stdio: 'ignore' }).status === 0;

/** The image config document. */
export function imageConfig(image: ImageDescription, tars: readonly Buffer[]): Buffer {
  const config = {
    architecture: image.architecture ?? hostArchitecture,
    os: image.os ?? 'linux',
    ...(image.variant ? { variant: image.variant } : {}),
    config: image.config ?? {},
    rootfs: { type: 'layers', diff_ids: tars.map((tar) => `sha256:${sha256(tar)}`) },
  };
  return Buffer.from(JSON.stringify(config));
}

const hostArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;

/** What `docker save` writes; `layout: true` as it does since Docker 25, with an OCI layout inside. */
export function dockerArchive(
  images: ImageDescription | readonly ImageDescription[],
  options: { layout?: boolean } = {},
): Buffer {
  const list = Array.isArray(images) ? (images as ImageDescription[]) : [images as ImageDescription];
  const items = new Map<string, Buffer>();
  const manifest = list.map((image) => {
    const tars = layerTars(image);
    const config = imageConfig(image, tars);
    const configName = options.layout ? `blobs/sha256/${sha256(config)}` : `${sha256(config)}.json`;
    items.set(configName, config);
    const layers = tars.map((tar) => {
      const stored = compress(tar, image.compression ?? 'none');
      const name = options.layout ? `blobs/sha256/${sha256(stored)}` : `${sha256(tar)}/layer.tar`;
      items.set(name, stored);
      return name;
    });
    return { Config: configName, RepoTags: image.tags ?? null, Layers: layers };
  });
  if (options.layout)
    for (const [name, bytes] of layoutFiles(list)) if (!items.has(name)) items.set(name, bytes);
  items.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  return makeTar([...items].map(([name, body]) => file(name, body)));
}

/** The files of an OCI layout; several images become an index with platforms, and names where they have tags. */
export function layoutFiles(
  images: readonly ImageDescription[],
  options: { nested?: boolean } = {},
): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const put = (bytes: Buffer, mediaType: string) => {
    files.set(`blobs/sha256/${sha256(bytes)}`, bytes);
    return { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  };
  const manifests = images.map((image) => {
    const tars = layerTars(image);
    const config = put(imageConfig(image, tars), 'application/vnd.oci.image.config.v1+json');
    const compression = image.compression ?? 'gzip';
    const suffix = compression === 'none' ? '' : `+${compression}`;
    const layers = tars.map((tar) =>
      put(compress(tar, compression), `application/vnd.oci.image.layer.v1.tar${suffix}`),
    );
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config,
      layers,
    };
    const { os = 'linux', architecture = hostArchitecture, variant } = image;
    return {
      ...put(Buffer.from(JSON.stringify(manifest)), manifest.mediaType),
      platform: { os, architecture, ...(variant ? { variant } : {}) },
      ...(image.tags?.[0] ? { annotations: { 'org.opencontainers.image.ref.name': image.tags[0] } } : {}),
    };
  });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = { schemaVersion: 2, mediaType, manifests: manifests as object[] };
  if (options.nested) index.manifests = [put(Buffer.from(JSON.stringify(index)), mediaType)];
  files.set('index.json', Buffer.from(JSON.stringify(index)));
  files.set('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  return files;
}

export function ociArchive(images: ImageDescription | readonly ImageDescription[]): Buffer {
  const list = Array.isArray(images) ? (images as ImageDescription[]) : [images as ImageDescription];
  return makeTar([...layoutFiles(list)].map(([name, body]) => file(name, body)));
}

export function writeFiles(dir: string, files: ReadonlyMap<string, Buffer | string>): string {
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), bytes);
  }
  return dir;
}
