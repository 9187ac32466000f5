import { BerthwatchError } from '../../base/errors.ts';
import { assemble, type ImageParts, layerLabel } from '../assemble.ts';
import { addFinding, type Context } from '../context.ts';
import { sha256, shortDigest } from '../digest.ts';
import { parseJson } from '../json.ts';
import type { LayerInput } from '../layer/layer-input.ts';
import { chooseName } from '../oci/choose.ts';
import { type Descriptor, parseDocument } from '../oci/descriptor.ts';
import { resolveManifest } from '../oci/resolve.ts';
import type { Image } from '../types.ts';
import { blobName, type LayoutFiles, missingLayer, readBlob, readDocument } from './layout-files.ts';

/** Opens the image of an OCI layout (OCI image-spec, "Image Layout"): by name, or the first. */
export async function openLayout(
  files: LayoutFiles,
  source: { reference: string; kind: string; name: string | undefined },
  context: Context,
): Promise<Image> {
  const bytes = readDocument(files, 'index.json');
  const index = parseDocument(parseJson(bytes, `${files.place}: index.json`), `${files.place}: index.json`);
  if (index.kind !== 'index') {
    throw new BerthwatchError('ARCHIVE_CORRUPT', 'its index.json is no index', { place: files.place });
  }
  const { chosen, others } = chooseName(index.manifests, source.name, files.place);
  if (others.length > 0)
    addFinding(context, 'other-images', 'info', `not read: ${others.slice(0, 20).join(', ')}`);
  return openManifests(files, chosen, sha256(bytes), source, context);
}

/** Opens the one of these manifests that is for the wanted platform. */
export async function openManifests(
  files: LayoutFiles,
  manifests: Descriptor[],
  digest: string,
  source: { reference: string; kind: string },
  context: Context,
): Promise<Image> {
  const top = { kind: 'index' as const, manifests };
  const read = (descriptor: Descriptor) => readBlob(files, descriptor.digest);
  const manifest = await resolveManifest(top, digest, read, context, files.place);
  const config = parseJson(
    readBlob(files, manifest.config.digest),
    `${files.place}: ${manifest.config.digest}`,
  );
  const parts: ImageParts = {
    reference: source.reference,
    kind: source.kind,
    digest: manifest.digest,
    config,
    layers: layerInputs(files, manifest.layers),
    close: () => files.close(),
  };
  return assemble(parts, context);
}

function layerInputs(files: LayoutFiles, layers: readonly Descriptor[]): LayerInput[] {
  return layers.map(({ digest }, number) => {
    const label = layerLabel(number, layers.length, shortDigest(digest));
    const found = files.layer(blobName(digest, files.place));
    const content = found?.content ?? missingLayer(files.place);
    return { label, digest, cacheKey: digest, content };
  });
}
