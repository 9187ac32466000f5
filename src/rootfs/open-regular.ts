import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/** open(2): only a handle to look at; what it names is not opened. The same on all processors of Linux. */
const pathOnly = 0o10000000;

/**
 * Opens a regular file to read, without following a link and without waiting for a pipe's other end. Throws for
 * anything else. On Linux what is there is looked at before it is opened, since opening a device may already do
 * something, and a file may be replaced by one at any time.
 */
export function openRegular(place: string): number {
  const read = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  if (process.platform !== 'linux') return openSync(place, read | (constants.O_NOFOLLOW ?? 0));
  const handle = openSync(place, pathOnly | constants.O_NOFOLLOW);
  try {
    if (!fstatSync(handle).isFile()) throw new Error('not a regular file');
    return openSync(`/proc/self/fd/${handle}`, read);
  } finally {
    closeSync(handle);
  }
}
