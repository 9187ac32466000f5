import { posix } from 'node:path';
import type { Launch } from '../model/launch.ts';

/** The names a program goes by: of its file, and of the file behind its links. argv[0] proves nothing. */
export function programNames(launch: Launch): string[] {
  const paths = [launch.exe, launch.realExe].filter((path) => path !== undefined);
  return [...new Set(paths.map((path) => posix.basename(path)))];
}
