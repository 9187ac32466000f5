import { BerthwatchError } from '../../base/errors.ts';
import { assemble, type ImageParts, layerLabel } from '../assemble.ts';
import { addFinding, type Context } from '../context.ts';
import { sha256, shortDigest } from '../digest.ts';
import { parseJson } from '../json.ts';
import type { LayerInput } from '../layer/read-layer.ts';
import { chooseName } from '../oci/choose.ts';
import { type Descriptor, parseDocument } from '../oci/descriptor.ts';
import { resolveManifest } from '../oci/resolve.ts';
import type { Image } from '../types.ts';
import { blobName, type LayoutFiles, readBlob, readSmall } from './blobs.ts';

/** Opens the image of an OCI layout (OCI image-spec, "Image Layout"): by name, or the first. */
export async function openLayout(
  files: LayoutFiles,
  source: { reference: string; kind: string; name: string | undefined },
  context: Context,
): Promise<Image> {
  const bytes = readSmall(files, 'index.json');
  const index = parseDocument(parseJson(bytes, `${files.place}: index.json`), `${files.place}: index.json`);
  if (index.kind !== 'index') {
    throw new BerthwatchError('ARCHIVE_CORRUPT', 'its index.json is no index', { place: files.place });
  }
  const { chosen, others } = chooseName(index.manifests, source.name, files.place);
  if (others.length > 0)
    addFinding(context, 'other-images', 'info', `not read: ${others.slice(0, 20).join(', ')}`);
  const top = { kind: 'index' as const, manifests: chosen };
  const read = (descriptor: Descriptor) => readBlob(files, descriptor.digest);
  const manifest = await resolveManifest(top, sha256(bytes), read, context, files.place);
  const config = parseJson(
    readBlob(files, manifest.config.digest),
    `${files.place}: ${manifest.config.digest}`,
  );
  const parts: ImageParts = {
    reference: source.reference,
    kind: source.kind,
    digest: manifest.digest,
    config,
    layers: layerInputs(files, manifest.layers, context),
    close: () => files.close(),
  };
  return assemble(parts, context);
}

function layerInputs(files: LayoutFiles, layers: readonly Descriptor[], context: Context): LayerInput[] {
  return layers.flatMap((descriptor, number) => {
    const label = layerLabel(number, layers.length, shortDigest(descriptor.digest));
    const member = files.open(blobName(descriptor.digest, files.place));
    if (member === undefined) {
      addFinding(context, 'layer-missing', 'high', `${label}: its blob is not there; it is left out`);
      return [];
    }
    const { range, isCut } = member;
    const content = { kind: 'range' as const, range, isCut, isTransient: false };
    return [{ label, digest: descriptor.digest, cacheKey: descriptor.digest, content }];
  });
}
