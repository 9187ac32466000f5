import { BerthwatchError } from '../../base/errors.ts';
import { assemble, layerLabel } from '../assemble.ts';
import { addFinding, type Context } from '../context.ts';
import { isDigest, sha256, shortDigest, verifyDigest } from '../digest.ts';
import { readRange } from '../files.ts';
import { arrayOf, objectOf, parseJson, textOf, textsOf } from '../json.ts';
import { sniffCompression } from '../layer/inflate.ts';
import type { LayerContent, LayerInput } from '../layer/layer-input.ts';
import { isNamed } from '../oci/choose.ts';
import type { Image } from '../types.ts';
import { type LayoutFiles, missingLayer, readDocument } from './layout-files.ts';

/** One entry of manifest.json. */
export interface DockerManifest {
  config: string;
  tags: string[];
  layers: string[];
}

export interface ArchiveSource {
  reference: string;
  kind: string;
  /** Tag of the wanted image; undefined: the first. */
  name: string | undefined;
}

/** Opens an image that `docker save` or a tool alike wrote: manifest.json names config and layers. */
export async function openDockerArchive(
  files: LayoutFiles,
  source: ArchiveSource,
  context: Context,
): Promise<Image> {
  return openDockerManifest(
    files,
    choose(readManifests(files), source, files.place, context),
    source,
    context,
  );
}

export async function openDockerManifest(
  files: LayoutFiles,
  manifest: DockerManifest,
  source: ArchiveSource,
  context: Context,
): Promise<Image> {
  if (manifest.layers.length > context.bounds.layers) {
    const message = `the image has more than ${context.bounds.layers} layers`;
    throw new BerthwatchError('LIMIT_EXCEEDED', message, { place: files.place });
  }
  const bytes = readDocument(files, manifest.config);
  checkConfigName(manifest.config, bytes, files.place, context);
  const layers = manifest.layers.map((name, number) =>
    layerInput(files, name, layerLabel(number, manifest.layers.length, shortName(name))),
  );
  return assemble(
    {
      reference: source.reference,
      kind: source.kind,
      digest: sha256(bytes),
      config: parseJson(bytes, `${files.place}: ${manifest.config}`),
      layers,
      close: () => files.close(),
    },
    context,
  );
}

/** The images that manifest.json lists. Throws BerthwatchError. */
export function readManifests(files: LayoutFiles): DockerManifest[] {
  const document = parseJson(readDocument(files, 'manifest.json'), `${files.place}: manifest.json`);
  return arrayOf(document).map((item) => {
    const entry = objectOf(item);
    return {
      config: textOf(entry.Config),
      tags: textsOf(entry.RepoTags),
      layers: textsOf(entry.Layers),
    };
  });
}

function choose(
  manifests: readonly DockerManifest[],
  { name }: ArchiveSource,
  place: string,
  context: Context,
): DockerManifest {
  const fits = (manifest: DockerManifest) => manifest.tags.some((tag) => isNamed(tag, name ?? ''));
  const chosen = name === undefined ? manifests[0] : manifests.find(fits);
  const others = manifests
    .filter((manifest) => manifest !== chosen)
    .map((manifest) => manifest.tags[0] ?? manifest.config);
  if (chosen === undefined) {
    throw new BerthwatchError(
      'SOURCE_NOT_FOUND',
      name === undefined ? 'it holds no image' : `it holds no image ${name}`,
      {
        place,
        next: others.length > 0 ? `choose one of: ${others.slice(0, 20).join(', ')}` : 'save the image again',
      },
    );
  }
  if (others.length > 0)
    addFinding(context, 'other-images', 'info', `not read: ${others.slice(0, 20).join(', ')}`);
  return chosen;
}

/** Under `blobs/` names are promises; elsewhere they are habit, and tools that edit archives leave them. */
function checkConfigName(name: string, bytes: Buffer, place: string, context: Context): void {
  const blob = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
  if (blob) verifyDigest(bytes, `sha256:${blob}`, `${place}: ${name}`);
  const habit = /^(?:sha256:)?([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  if (habit && sha256(bytes) !== `sha256:${habit}`) {
    addFinding(
      context,
      'config-renamed',
      'medium',
      `the config ${name} does not have the digest of its name`,
    );
  }
}

function layerInput(files: LayoutFiles, name: string, label: string): LayerInput {
  const found = files.layer(name);
  if (found === undefined) {
    return { label, digest: undefined, cacheKey: undefined, content: missingLayer(files.place) };
  }
  const { content, identity } = found;
  const claimed = `sha256:${name.slice(name.lastIndexOf('/') + 1)}`;
  // An uncompressed layer is read by jumps, which no digest can be taken of; so its place in the file is its key.
  const isHashed = name.startsWith('blobs/') && isDigest(claimed) && isPacked(content);
  const cacheKey = isHashed ? claimed : identity && `file\0${identity}`;
  return { label, digest: isHashed ? claimed : undefined, cacheKey, content };
}

/** Whether it is compressed in a file that stays; what had to be unpacked is known by its place alone. */
function isPacked(content: LayerContent): boolean {
  if (content.kind !== 'range' || content.isTransient) return false;
  return sniffCompression(readRange(content.range, 6)) !== 'none';
}

/** `abc/layer.tar` → `abc…` */
function shortName(name: string): string {
  const plain = name.replace(/^blobs\/sha256\//, 'sha256:').replace(/(\/layer)?\.tar(\.gz)?$/, '');
  return isDigest(plain) ? shortDigest(plain) : plain.slice(0, 19);
}
