import { BerthwatchError } from '../../base/errors.ts';
import { addFinding, type Context } from '../context.ts';
import { chunksOf, OpenFile, readRange } from '../files.ts';
import { sniffCompression } from '../layer/inflate.ts';
import type { Image } from '../types.ts';
import { ArchiveFiles } from './blobs.ts';
import { openDockerArchive, openDockerManifest } from './docker-archive.ts';
import { Members } from './members.ts';
import { openLayout, openManifests } from './oci-layout.ts';
import { type Salvaged, salvage } from './salvage.ts';
import { spool } from './spool.ts';

export interface OpenArchiveOptions {
  reference: string;
  path: string;
  name: string | undefined;
  /** What the user said it is; undefined: look. */
  kind: 'docker-archive' | 'oci-archive' | undefined;
}

/** Opens an archive file that holds an image, compressed as a whole or not. */
export async function openArchive(options: OpenArchiveOptions, context: Context): Promise<Image> {
  const { file, close } = await openPlain(options.path, context);
  try {
    return await openFile(file, close, options, context);
  } catch (error) {
    close();
    throw error;
  }
}

async function openPlain(path: string, context: Context): Promise<{ file: OpenFile; close: () => void }> {
  const file = new OpenFile(path);
  const range = { file, offset: 0, size: file.size };
  if (sniffCompression(readRange(range, 6)) === 'none') return { file, close: () => file.close() };
  try {
    return await spool(
      chunksOf(range),
      { place: path, total: file.size, identity: file.identity, phase: 'unpack' },
      context,
    );
  } finally {
    file.close();
  }
}

async function openFile(
  file: OpenFile,
  close: () => void,
  options: OpenArchiveOptions,
  context: Context,
): Promise<Image> {
  const { path, reference, name } = options;
  const members = new Members({ file, offset: 0, size: file.size }, context.bounds.members, context.check);
  if (members.end.kind === 'damaged') {
    const { reason, offset } = members.end;
    addFinding(
      context,
      'archive-damaged',
      'high',
      `${path}: ${reason} (at byte ${offset}); read up to there`,
    );
  }
  const files = new ArchiveFiles(path, members, close);
  const hasManifest = members.get('manifest.json') !== undefined;
  const hasLayout = members.get('index.json') !== undefined;
  if (hasLayout && (options.kind === 'oci-archive' || !hasManifest)) {
    return openLayout(files, { reference, kind: 'oci-archive', name }, context);
  }
  if (hasManifest) {
    return openDockerArchive(files, { reference, kind: 'docker-archive', name }, context);
  }
  const saved = members.end.kind === 'damaged' ? salvage(members) : undefined;
  if (saved) return openSalvaged(saved, files, reference, context);
  throw unknownArchive(path, members, context);
}

function openSalvaged(
  saved: Salvaged,
  files: ArchiveFiles,
  reference: string,
  context: Context,
): Promise<Image> {
  addFinding(
    context,
    'archive-incomplete',
    'high',
    `${files.place}: its list of images is lost; read what its parts say`,
  );
  const source = { reference, name: undefined };
  return saved.kind === 'layout'
    ? openManifests(
        files,
        [saved.manifest],
        saved.manifest.digest,
        { ...source, kind: 'oci-archive' },
        context,
      )
    : openDockerManifest(files, saved.manifest, { ...source, kind: 'docker-archive' }, context);
}

function unknownArchive(path: string, members: Members, context: Context): BerthwatchError {
  const damage = context.findings.find((finding) => finding.id === 'archive-damaged');
  if (damage) {
    return new BerthwatchError(
      'ARCHIVE_CORRUPT',
      `neither its config nor its list of layers can be read: ${damage.message}`,
      {
        place: path,
        next: 'get the archive again',
      },
    );
  }
  const what = members.size === 0 ? 'it holds no files' : 'it has neither a manifest.json nor an index.json';
  return new BerthwatchError('SOURCE_UNKNOWN_KIND', what, {
    place: path,
    next: 'give an archive of `docker save` or an OCI layout, or unpack a root file system and use dir:',
  });
}
