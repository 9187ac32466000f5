import type { FileEntry } from './tree.ts';

/** Whether a user may read a file, by its mode; groups are taken to be right. An unknown user and root may. */
export function mayRead(file: Pick<FileEntry, 'mode' | 'uid'>, uid: number | undefined): boolean {
  if (uid === undefined || uid === 0) return true;
  return (file.mode & (file.uid === uid ? 0o400 : 0o044)) !== 0;
}

/** The same of writing, for a folder of making files in it. */
export function mayWrite(file: Pick<FileEntry, 'mode' | 'uid'>, uid: number | undefined): boolean {
  if (uid === undefined || uid === 0) return true;
  return (file.mode & (file.uid === uid ? 0o200 : 0o022)) !== 0;
}
