import { BerthwatchError } from '../../base/errors.ts';
import { isDigest } from '../digest.ts';
import { arrayOf, type Json, numberOf, objectOf, textOf } from '../json.ts';
import type { Platform } from '../platform.ts';

/** Points at a blob (OCI image-spec, "Content Descriptors"). */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform: Platform | undefined;
  annotations: Readonly<Record<string, string>>;
}

/** Throws ARCHIVE_CORRUPT without a sound digest. */
export function parseDescriptor(value: Json | undefined, place: string): Descriptor {
  const object = objectOf(value);
  const digest = textOf(object.digest);
  if (!isDigest(digest)) {
    const shown = JSON.stringify(digest).slice(0, 100);
    throw new BerthwatchError('ARCHIVE_CORRUPT', `a descriptor has the digest ${shown}`, { place });
  }
  const annotations = Object.entries(objectOf(object.annotations));
  return {
    mediaType: textOf(object.mediaType),
    digest,
    size: numberOf(object.size) ?? 0,
    platform: parseDescriptorPlatform(object.platform),
    annotations: Object.fromEntries(annotations.map(([name, text]) => [name, textOf(text)])),
  };
}

function parseDescriptorPlatform(value: Json | undefined): Platform | undefined {
  const object = objectOf(value);
  const os = textOf(object.os);
  const architecture = textOf(object.architecture);
  return os && architecture ? { os, architecture, variant: textOf(object.variant) } : undefined;
}

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** An index, or a manifest of one image. */
export type Document =
  | { kind: 'index'; manifests: Descriptor[] }
  | { kind: 'manifest'; config: Descriptor; layers: Descriptor[] };

/** Throws ARCHIVE_CORRUPT when it is neither. */
export function parseDocument(value: Json, place: string): Document {
  const object = objectOf(value);
  if (Array.isArray(object.manifests)) {
    const manifests = arrayOf(object.manifests).map((item) => parseDescriptor(item, place));
    return { kind: 'index', manifests };
  }
  if (object.config === undefined || !Array.isArray(object.layers)) {
    const version = object.schemaVersion;
    const old =
      version === 1
        ? 'a manifest of version 1, which was given up in 2017'
        : 'neither a manifest nor an index';
    throw new BerthwatchError('ARCHIVE_CORRUPT', `it is ${old}`, {
      place,
      next: 'build or push the image with a current tool',
    });
  }
  return {
    kind: 'manifest',
    config: parseDescriptor(object.config, place),
    layers: arrayOf(object.layers).map((item) => parseDescriptor(item, place)),
  };
}
