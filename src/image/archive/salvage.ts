import { diffIds } from '../config.ts';
import { type Json, objectOf, parseJson, textOf } from '../json.ts';
import { type Descriptor, parseDocument } from '../oci/descriptor.ts';
import type { ArchiveFiles } from './archive-files.ts';
import type { DockerManifest } from './docker-archive.ts';

/** What the parts of a cut archive say of an image whose list of contents, mostly written last, is lost. */
export type Salvaged =
  | { kind: 'layout'; manifest: Descriptor }
  | { kind: 'docker'; manifest: DockerManifest };

/** Bytes up to which a part is looked at, and how many parts are. */
const documentBytes = 1024 * 1024;
const maxDocuments = 1_000;

/** Finds a manifest, or a config whose layers can be told by their names. Undefined when there is neither. */
export function salvage(files: ArchiveFiles): Salvaged | undefined {
  const documents = readDocuments(files);
  for (const { name, document } of documents) {
    const digest = blobDigest(name);
    if (digest !== undefined && isManifest(document)) {
      const descriptor = { mediaType: '', digest, size: 0, platform: undefined, annotations: {} };
      return { kind: 'layout', manifest: descriptor };
    }
  }
  const config = documents.find(
    ({ document }) => diffIds(document).length > 0 && objectOf(document).config !== undefined,
  );
  const legacy = legacyLayers(documents);
  if (config) {
    const named = diffIds(config.document).map((id) => layerName(id, files));
    const layers = legacy.length > 0 ? legacy.map(({ layer }) => layer) : named;
    return { kind: 'docker', manifest: { config: config.name, tags: [], layers } };
  }
  const top = legacy.at(-1);
  if (top === undefined) return undefined;
  return {
    kind: 'docker',
    manifest: { config: top.json, tags: [], layers: legacy.map(({ layer }) => layer) },
  };
}

/** Several tools name layers by the digest of their uncompressed bytes. */
function layerName(diffId: string, { members }: ArchiveFiles): string {
  const hex = diffId.slice(diffId.indexOf(':') + 1);
  const blob = `blobs/sha256/${hex}`;
  return [blob, `${hex}/layer.tar`, `${hex}.tar`].find((name) => members.get(name)) ?? blob;
}

interface NamedDocument {
  name: string;
  document: Json;
}

function readDocuments({ members }: ArchiveFiles): NamedDocument[] {
  const documents: NamedDocument[] = [];
  for (const name of members.names()) {
    const isSmall = (members.get(name)?.size ?? 0) <= documentBytes;
    const bytes = isSmall ? members.read(name, documentBytes) : undefined;
    if (bytes?.[0] !== 0x7b) continue;
    try {
      documents.push({ name, document: parseJson(bytes, name) });
    } catch {
      // Something else that begins with a brace.
    }
    if (documents.length >= maxDocuments) break;
  }
  return documents;
}

function isManifest(document: Json): boolean {
  try {
    return parseDocument(document, '').kind === 'manifest';
  } catch {
    return false;
  }
}

function blobDigest(name: string): string | undefined {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
  return hex && `sha256:${hex}`;
}

/** Docker's older archives describe each layer beside it, with the layer below it: lowest first. */
function legacyLayers(documents: readonly NamedDocument[]): { layer: string; json: string }[] {
  const byParent = new Map<string, { id: string; json: string }>();
  for (const { name, document } of documents) {
    const id = textOf(objectOf(document).id);
    if (name === `${id}/json`) byParent.set(textOf(objectOf(document).parent), { id, json: name });
  }
  const layers: { layer: string; json: string }[] = [];
  for (let next = byParent.get(''); next && layers.length < byParent.size; next = byParent.get(next.id)) {
    layers.push({ layer: `${next.id}/layer.tar`, json: next.json });
  }
  return layers;
}
