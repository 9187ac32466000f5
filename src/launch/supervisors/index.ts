import type { Tool } from '../tools/call.ts';
import { serviceFolder, serviceFolders } from './service-folders.ts';

/** Programs that start others from a description of their own, and stay as their parent: by name. */
export const supervisors: ReadonlyMap<string, Tool> = new Map<string, Tool>([
  ['runsvdir', serviceFolders],
  ['svscan', serviceFolders],
  ['s6-svscan', serviceFolders],
  ['runsv', serviceFolder],
  ['supervise', serviceFolder],
  ['s6-supervise', serviceFolder],
]);
