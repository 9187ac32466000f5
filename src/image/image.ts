import { statSync } from 'node:fs';
import { BerthwatchError } from '../base/errors.ts';
import { FolderFiles } from './archive/layout-files.ts';
import { openLayout } from './archive/oci-layout.ts';
import { openArchive } from './archive/open-archive.ts';
import { type Context, makeContext } from './context.ts';
import { openFolder } from './open-folder.ts';
import { parseSource, type Source } from './reference.ts';
import type { Image, ImageOptions } from './types.ts';

export type { CacheOptions, Image, ImageConfig, ImageOptions, Progress } from './types.ts';

/**
 * Opens an image: `docker-archive:F`, `oci-archive:F`, `oci-dir:D`, `dir:D`, `docker:NAME`, `registry:NAME`, a
 * bare path, or a bare image name. Throws BerthwatchError when nothing of it can be read; what else went wrong
 * is in `findings`.
 */
export async function openImage(reference: string, options: ImageOptions = {}): Promise<Image> {
  const context = makeContext(options);
  context.check();
  return openSource(parseSource(reference), reference, context);
}

async function openSource(source: Source, reference: string, context: Context): Promise<Image> {
  switch (source.form) {
    case 'archive':
      return openArchive({ reference, path: source.path, name: source.name, kind: source.kind }, context);
    case 'layout':
      mustBeFolder(source.path);
      return openFolderLayout(source.path, source.name, reference, context);
    case 'folder':
      mustBeFolder(source.path);
      return openFolder(reference, source.path, context);
    case 'docker': {
      const { openDaemon } = await import('./daemon/open-daemon.ts');
      return openDaemon(source.image, reference, context);
    }
    case 'registry':
      return openFromRegistry(source.image, reference, context);
    case 'name':
      return openName(source.image, reference, context);
  }
}

/** What speaks over a network takes a while to start, and is loaded only when it is needed. */
async function openFromRegistry(image: string, reference: string, context: Context): Promise<Image> {
  const { openRegistry } = await import('./registry/open-registry.ts');
  return openRegistry(image, reference, context);
}

async function openFolderLayout(
  path: string,
  name: string | undefined,
  reference: string,
  context: Context,
): Promise<Image> {
  const files = new FolderFiles(path);
  try {
    return await openLayout(files, { reference, kind: 'oci-dir', name }, context);
  } catch (error) {
    files.close();
    throw error;
  }
}

/** The local engine's image if it has one of that name; otherwise the registry's. */
async function openName(image: string, reference: string, context: Context): Promise<Image> {
  const { openDaemonIfThere } = await import('./daemon/open-daemon.ts');
  const local = await openDaemonIfThere(image, reference, context);
  return local ?? openFromRegistry(image, reference, context);
}

function mustBeFolder(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new BerthwatchError('SOURCE_NOT_FOUND', 'there is no such folder', { place: path });
  if (!stat.isDirectory())
    throw new BerthwatchError('SOURCE_UNREADABLE', 'it is not a folder', { place: path });
}
