import { statSync } from 'node:fs';
import { join } from 'node:path';
import { BerthwatchError } from '../base/errors.ts';

export type SourceKind = 'docker-archive' | 'oci-archive' | 'oci-dir' | 'dir' | 'docker' | 'registry';

/** What a reference on the command line means. */
export type Source =
  /** A file; `name` chooses an image in it. `kind` undefined: look inside. */
  | {
      form: 'archive';
      kind: 'docker-archive' | 'oci-archive' | undefined;
      path: string;
      name: string | undefined;
    }
  | { form: 'layout'; path: string; name: string | undefined }
  | { form: 'folder'; path: string }
  | { form: 'docker' | 'registry'; image: string }
  /** A name: the local engine's image if it has it, otherwise a registry's. */
  | { form: 'name'; image: string };

export type PathKind = 'file' | 'folder' | undefined;

/** Reads `KIND:REST`, a bare path or a bare image name. Throws USAGE, SOURCE_NOT_FOUND. */
export function parseSource(reference: string, pathKind: (path: string) => PathKind = pathKindOf): Source {
  const found = /^(docker-archive|oci-archive|oci-dir|dir|docker|registry):(.*)$/s.exec(reference);
  if (found) return parsePrefixed(found[1] as SourceKind, found[2] as string, reference, pathKind);
  if (reference === '') throw new BerthwatchError('USAGE', 'the source is empty', { next: usage });
  const kind = pathKind(reference);
  if (kind === 'folder') {
    const isLayout =
      pathKind(join(reference, 'oci-layout')) === 'file' &&
      pathKind(join(reference, 'index.json')) === 'file';
    return isLayout
      ? { form: 'layout', path: reference, name: undefined }
      : { form: 'folder', path: reference };
  }
  if (kind === 'file') return { form: 'archive', kind: undefined, path: reference, name: undefined };
  if (looksLikePath(reference)) {
    throw new BerthwatchError('SOURCE_NOT_FOUND', 'there is no such file or folder', {
      place: reference,
      next: usage,
    });
  }
  return { form: 'name', image: reference };
}

const usage =
  'name a source: docker-archive:FILE, oci-archive:FILE, oci-dir:FOLDER, dir:FOLDER, docker:IMAGE, registry:IMAGE, a path or an image';

function parsePrefixed(
  kind: SourceKind,
  rest: string,
  reference: string,
  pathKind: (path: string) => PathKind,
): Source {
  if (rest === '')
    throw new BerthwatchError('USAGE', `nothing follows ${kind}:`, { place: reference, next: usage });
  switch (kind) {
    case 'docker-archive':
    case 'oci-archive':
      return { form: 'archive', kind, ...splitName(rest, pathKind) };
    case 'oci-dir':
      return { form: 'layout', ...splitName(rest, pathKind) };
    case 'dir':
      return { form: 'folder', path: rest };
    default:
      return { form: kind, image: rest };
  }
}

/** `PATH:NAME`: a path may hold colons itself, so the longest one that is there counts. */
function splitName(
  rest: string,
  pathKind: (path: string) => PathKind,
): { path: string; name: string | undefined } {
  for (let end = rest.length; end > 0; end = rest.lastIndexOf(':', end - 1)) {
    if (pathKind(rest.slice(0, end)) !== undefined)
      return { path: rest.slice(0, end), name: rest.slice(end + 1) || undefined };
  }
  return { path: rest, name: undefined };
}

function looksLikePath(reference: string): boolean {
  return /^[./~\\]|^[a-zA-Z]:[\\/]|\.(tar|tgz|tar\.gz|tar\.zst)$|\\/.test(reference);
}

function pathKindOf(path: string): PathKind {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    return stat.isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
