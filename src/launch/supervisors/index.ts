import type { Supervisor } from './child.ts';
import { execline } from './execline/index.ts';
import { serviceFolder, serviceFolders } from './service-folders.ts';
import { supervisord } from './supervisord/index.ts';

/**
 * Programs that start others from a description of their own, and stay as their parent, by name; and the programs
 * that their scripts are made of.
 */
export const supervisors: ReadonlyMap<string, Supervisor> = new Map<string, Supervisor>([
  ['supervisord', supervisord],
  ['runsvdir', serviceFolders],
  ['svscan', serviceFolders],
  ['s6-svscan', serviceFolders],
  ['runsv', serviceFolder],
  ['supervise', serviceFolder],
  ['s6-supervise', serviceFolder],
  ...Object.entries(execline),
]);
