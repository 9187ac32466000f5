import { BerthwatchError } from '../../base/errors.ts';
import { addFinding, type Context } from '../context.ts';
import type { Image } from '../types.ts';
import { openArchiveBytes } from './archive-bytes.ts';
import { ArchiveFiles } from './archive-files.ts';
import { openDockerArchive, openDockerManifest } from './docker-archive.ts';
import { openLayout, openManifests } from './oci-layout.ts';
import { type Salvaged, salvage } from './salvage.ts';

export interface OpenArchiveOptions {
  reference: string;
  path: string;
  name: string | undefined;
  /** What the user said it is; undefined: look. */
  kind: 'docker-archive' | 'oci-archive' | undefined;
}

/** Opens an archive file that holds an image, compressed as a whole or not. Throws BerthwatchError. */
export async function openArchive(options: OpenArchiveOptions, context: Context): Promise<Image> {
  const files = new ArchiveFiles(await openArchiveBytes(options.path, context));
  try {
    return await openFiles(files, options, context);
  } catch (error) {
    files.close();
    throw error;
  }
}

function openFiles(files: ArchiveFiles, options: OpenArchiveOptions, context: Context): Promise<Image> {
  const { reference, name } = options;
  const hasManifest = files.members.get('manifest.json') !== undefined;
  const hasLayout = files.members.get('index.json') !== undefined;
  if (hasLayout && (options.kind === 'oci-archive' || !hasManifest)) {
    return openLayout(files, { reference, kind: 'oci-archive', name }, context);
  }
  if (hasManifest) {
    return openDockerArchive(files, { reference, kind: 'docker-archive', name }, context);
  }
  const damage = context.findings.find((finding) => finding.id === 'archive-damaged');
  const saved = damage && salvage(files);
  if (saved) return openSalvaged(saved, files, reference, context);
  throw unknownArchive(files, damage?.message);
}

function openSalvaged(
  saved: Salvaged,
  files: ArchiveFiles,
  reference: string,
  context: Context,
): Promise<Image> {
  const message = `${files.place}: its list of images is lost; read what its parts say`;
  addFinding(context, 'archive-incomplete', 'high', message);
  const source = { reference, name: undefined };
  if (saved.kind === 'docker') {
    return openDockerManifest(files, saved.manifest, { ...source, kind: 'docker-archive' }, context);
  }
  const { digest } = saved.manifest;
  return openManifests(files, [saved.manifest], digest, { ...source, kind: 'oci-archive' }, context);
}

function unknownArchive({ place, members }: ArchiveFiles, damage: string | undefined): BerthwatchError {
  if (damage !== undefined) {
    const message = `neither its config nor its list of layers can be read: ${damage}`;
    return new BerthwatchError('ARCHIVE_CORRUPT', message, { place, next: 'get the archive again' });
  }
  const isEmpty = members.names().length === 0;
  const message = isEmpty ? 'it holds no files' : 'it has neither a manifest.json nor an index.json';
  return new BerthwatchError('SOURCE_UNKNOWN_KIND', message, {
    place,
    next: 'give an archive of `docker save` or an OCI layout, or unpack a root file system and use dir:',
  });
}
