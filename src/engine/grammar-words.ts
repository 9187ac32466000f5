import type { Value } from '../pack/expressions.ts';
import { Programs } from '../pack/programs.ts';
import type { AppReading } from './app-reading.ts';

/** A program that is smaller is a stand-in, from which nothing can be told. */
const smallest = 100_000;

/** Whether a name is a word of one of the files; all names are where a program can't be read. */
export function programWords(
  app: AppReading,
  files: Value,
  isInTable: boolean,
  isHandled = false,
): (name: string) => boolean {
  const programs = new Programs(app.context.rootfs);
  const paths = Array.isArray(files) ? files.map(String) : [];
  const sizes = paths.map((path) => programs.size(path) ?? 0);
  if (sizes.some((size) => size === 0) || !sizes.some((size) => size >= smallest)) return () => true;
  const isAnyCase = app.context.pack.names === 'insensitive';
  const has = (path: string, name: string) => {
    if (isInTable) return programs.isInTable(path, name, isAnyCase, isHandled);
    return isAnyCase ? programs.hasWordAnyCase(path, name) : programs.hasWord(path, name);
  };
  return (name) => paths.some((path) => has(path, name)) || programs.isExhausted;
}
