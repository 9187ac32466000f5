import { relative } from 'node:path';

/** A folder as it is seen from here, where it lies below; otherwise as it is. */
export function relativeFolder(folder: string): string {
  const path = relative(process.cwd(), folder);
  return path === '' || path.startsWith('..') ? folder : path;
}
