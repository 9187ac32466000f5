import { BerthwatchError } from '../../base/errors.ts';
import { assemble, layerLabel } from '../assemble.ts';
import { jsonBytes } from '../bounds.ts';
import type { Context } from '../context.ts';
import { sha256, shortDigest, verifyDigest } from '../digest.ts';
import { parseJson } from '../json.ts';
import type { LayerInput } from '../layer/layer-input.ts';
import { type Descriptor, mediaTypes, parseDocument } from '../oci/descriptor.ts';
import { resolveManifest } from '../oci/resolve.ts';
import type { Image } from '../types.ts';
import { fetchBlob } from './blob.ts';
import { RegistryClient } from './client.ts';
import { findCredentials } from './credentials.ts';
import { readAnswer } from './http.ts';
import { type ImageName, parseImageName } from './name.ts';
import { defaultRetry, type RetryPolicy } from './retry.ts';

const accept = Object.values(mediaTypes).join(', ');

/** Opens an image in a registry. What the cache knows is not fetched. Throws BerthwatchError. */
export async function openRegistry(image: string, reference: string, context: Context): Promise<Image> {
  const name = parseImageName(image, context.env);
  const retry: RetryPolicy = { ...defaultRetry, ...context.options.retry };
  const { signal } = context.options;
  const client = new RegistryClient(name, {
    insecure: context.options.insecure ?? false,
    caFile: context.options.caFile,
    signal,
    retry,
    credentials: () => findCredentials(credentialNames(name), name.repository, context.env),
  });
  try {
    const top = await readManifest(client, name.reference, name.digest);
    const read = async (descriptor: Descriptor) =>
      (await readManifest(client, descriptor.digest, descriptor.digest)).bytes;
    const document = parseDocument(parseJson(top.bytes, image), image);
    const manifest = await resolveManifest(document, top.digest, read, context, image);
    const config = await readConfig(client, manifest.config, { retry, signal });
    const layers = manifest.layers.map((descriptor, number): LayerInput => {
      const label = layerLabel(number, manifest.layers.length, shortDigest(descriptor.digest));
      const open = () => fetchBlob(client, descriptor, { retry, signal });
      const content = { kind: 'stream' as const, open, size: descriptor.size };
      return { label, digest: descriptor.digest, cacheKey: descriptor.digest, content };
    });
    const parts = {
      reference,
      kind: 'registry',
      digest: manifest.digest,
      config,
      layers,
      close: () => client.close(),
    };
    return await assemble(parts, context);
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Docker keeps the credentials of its default registry under the address of its first version. */
function credentialNames({ registry, host }: ImageName): string[] {
  return [...new Set([registry, `https://index.${registry}/v1/`, host])];
}

async function readManifest(
  client: RegistryClient,
  reference: string,
  digest: string | undefined,
): Promise<{ bytes: Buffer; digest: string }> {
  const answer = await client.get(`manifests/${reference}`, { accept });
  const bytes = await readAnswer(answer);
  const claimed = answer.headers['docker-content-digest'];
  const wanted =
    digest ?? (typeof claimed === 'string' && claimed.startsWith('sha256:') ? claimed : undefined);
  if (wanted !== undefined) verifyDigest(bytes, wanted, answer.url.href);
  return { bytes, digest: wanted ?? sha256(bytes) };
}

async function readConfig(
  client: RegistryClient,
  descriptor: Descriptor,
  options: { retry: RetryPolicy; signal: AbortSignal | undefined },
) {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of fetchBlob(client, descriptor, options)) {
    length += part.length;
    if (length > jsonBytes)
      throw new BerthwatchError('LIMIT_EXCEEDED', 'the image config is too large', {
        place: descriptor.digest,
      });
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  verifyDigest(bytes, descriptor.digest, `image config ${descriptor.digest}`);
  return parseJson(bytes, descriptor.digest);
}
